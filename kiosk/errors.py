"""The one tree of failures.

A status is a value, a failure to act is one of these, a bug is any other exception. Errors carry a code and facts,
never finished sentences: `kiosk.messages.describe` turns them into what happened and what to do now.
"""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """Support codes, as printed on screen, paper and by the commands.

    The value is the support code; its sentences stand in `resources/messages/{zh,en}.toml` under `[errors.<code>]`.
    """

    # Cards and readers
    READER_ABSENT = "RDR-01"
    CARD_REMOVED_EARLY = "RDR-02"
    CARD_UNREADABLE = "RDR-03"
    CARD_GARBLED = "RDR-04"
    CARD_UNKNOWN = "RDR-05"
    CARD_NEEDS_TERMINAL_AUTH = "RDR-06"
    READER_SERVICE_DOWN = "RDR-07"
    CARD_REFUSED_READER = "RDR-08"
    READER_SILENT = "RDR-09"
    READER_IN_USE = "RDR-10"

    # Printers
    PRINTER_NOT_READY = "PRN-01"
    PRINTER_UNREACHABLE = "PRN-02"
    PRINTER_REFUSED_FORMAT = "PRN-03"
    PRINTER_BAD_ANSWER = "PRN-04"
    PRINTER_JOB_STUCK = "PRN-05"
    PRINTER_JOB_UNKNOWN = "PRN-06"
    PRINTER_REFUSED = "PRN-07"

    # Cameras
    CAMERA_NO_PICTURE = "CAM-01"

    # Keys
    KEY_MISSING = "KEY-01"
    KEY_STORE_UNAVAILABLE = "KEY-02"
    KEY_STORE_UNSAFE = "KEY-03"
    KEY_STORE_LOCKED = "KEY-04"

    # Store
    STORE_KEY_REJECTED = "STO-01"
    STORE_NEWER_THAN_PROGRAM = "STO-02"
    CASE_NOT_FOUND = "STO-03"
    STORE_FULL = "STO-04"
    STORE_IO = "STO-05"
    STORE_DAMAGED = "STO-06"
    STORE_BUSY = "STO-07"
    STORE_IN_USE = "STO-08"
    STORE_PRAGMA = "STO-09"
    NUMBERS_EXHAUSTED = "STO-10"
    DRAFT_NOT_FOUND = "STO-11"
    JOURNAL_BROKEN = "STO-12"

    # Hub and sync
    HUB_UNREACHABLE = "SYN-01"
    NOT_A_HUB = "SYN-02"
    HUB_REFUSED = "SYN-03"
    HUB_BUSY = "SYN-04"
    HUB_VERSION = "SYN-05"
    HUB_ADDRESS_UNSAFE = "SYN-06"
    HUB_CLOCK = "SYN-07"
    HUB_CURSOR_STUCK = "SYN-08"
    HUB_CANNOT_START = "SYN-09"
    HUB_DATABASE_ABSENT = "SYN-10"
    NOT_ENROLLED = "SYN-11"
    HUB_CERTIFICATE_NAME = "SYN-12"
    HUB_CERTIFICATE_TIME = "SYN-13"
    HUB_CERTIFICATE_UNKNOWN = "SYN-14"
    HUB_OPEN_WITHOUT_TLS = "SYN-15"
    HUB_KEY_REFUSED = "SYN-16"
    HUB_OPEN_ENROLMENT = "SYN-17"
    HUB_WANTS_CERTIFICATE = "SYN-18"

    # Enrolment
    ENROLMENT_CODE_REFUSED = "ENR-01"
    ENROLMENT_IN_TRAINING = "ENR-02"
    ENROLMENT_OF_ANOTHER = "ENR-03"

    # Sealed packets and their way by stick
    PACKET_DAMAGED = "RLY-01"
    PACKET_FOREIGN = "RLY-02"
    RELAY_NOTHING = "RLY-03"
    RELAY_FOLDER = "RLY-04"
    HUB_KEYS_UNKNOWN = "RLY-05"

    # Catalogue and calendar
    CATALOG_INVALID = "CAT-01"
    CATALOG_KEY_UNKNOWN = "CAT-02"
    CALENDAR_INVALID = "CAT-03"
    SERVICE_UNKNOWN = "CAT-04"

    # Configuration
    CONFIG_INVALID = "CFG-01"
    MOCK_OUTSIDE_TRAINING = "CFG-03"
    DATA_FOLDER_UNWRITABLE = "CFG-04"
    DATA_FOLDER_FOREIGN = "CFG-05"

    # Access
    NOTHING_TO_CLOSE = "DAY-01"
    SIGN_IN_REFUSED = "ACC-01"
    NOT_SIGNED_IN = "ACC-02"
    SUPERVISOR_REFUSED = "ACC-03"

    # A case of another station
    LOOK_UP_REFUSED = "ELS-01"
    LOOK_UPS_TOO_MANY = "ELS-02"
    LOOK_UP_NOT_OFFERED = "ELS-03"
    OFFER_NOT_TAKEN = "ELS-04"
    OFFER_GONE = "ELS-05"

    # What a person entered or handed over
    INPUT_NOT_JSON = "CAS-01"
    INPUT_INVALID = "CAS-02"
    CASE_INCOMPLETE = "CAS-03"
    ATTACHMENT_UNREADABLE = "CAS-04"
    ATTACHMENT_TOO_LARGE = "CAS-05"
    ATTACHMENT_KIND = "CAS-06"
    MATTERS_EXCLUDE_EACH_OTHER = "CAS-07"
    MATTER_UNKNOWN = "CAS-08"
    CASE_MOVE_NOT_ALLOWED = "CAS-09"
    ATTACHMENT_TOO_MANY_PAGES = "CAS-10"
    ATTACHMENT_TOO_MANY_PIXELS = "CAS-11"
    ATTACHMENT_LOCKED = "CAS-12"
    ATTACHMENT_HARMFUL = "CAS-13"
    AUTHORIZATION_NONE = "CAS-14"
    CORRECTION_INCOMPLETE = "CAS-15"
    CORRECTION_EMPTY = "CAS-16"
    CORRECTION_CHANGES_MATTERS = "CAS-17"
    INPUT_ABSENT = "CAS-18"

    # Papers
    CHARACTER_NOT_IN_FONTS = "PAP-01"
    PAPER_NOT_ISSUABLE = "PAP-02"

    # The last line of defence
    UNEXPECTED = "SYS-01"


Fact = str | int


class KioskError(Exception):
    """A failure the program knows.

    Attributes:
        code: the support code.
        facts: values for the sentence; never a name, a document number, a key or card bytes.
    """

    def __init__(self, code: ErrorCode, **facts: Fact) -> None:
        """Keep the code and the facts; the sentence is made at the border."""
        super().__init__(code, facts)
        self.code = code
        self.facts: dict[str, Fact] = facts

    def __str__(self) -> str:
        """Name the code and the facts, for logs."""
        return " ".join([self.code.value, *(f"{key}={value}" for key, value in sorted(self.facts.items()))])


class DeviceError(KioskError):
    """A device cannot act now: work on without it, or put it right."""


class StoreError(KioskError):
    """The local store cannot keep or give what was asked: do not go on as if it had."""


class HubError(KioskError):
    """The hub did not take or give something: try again later, the counter works on."""


class ConfigError(KioskError):
    """The installation is not right: a technician mends it."""


class AccessError(KioskError):
    """This person may not do this now."""


class CatalogError(KioskError):
    """Catalogue, calendar or code tables are not right: the earlier ones stay in force."""


class InputError(KioskError):
    """What was entered or handed over cannot be taken as it is: the person mends it."""


class PaperError(KioskError):
    """A paper cannot be issued as asked."""
