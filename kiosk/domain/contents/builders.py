"""Which content belongs to which kind of paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kiosk.domain.contents.authorization import authorization_of
from kiosk.domain.contents.correction import correction_of
from kiosk.domain.contents.delivery_receipt import delivery_receipt_of
from kiosk.domain.contents.dossier import Dossier
from kiosk.domain.contents.joint_form import joint_form_of
from kiosk.domain.contents.material_list import material_list_of
from kiosk.domain.contents.notary import notary_referral_of
from kiosk.domain.contents.promises import commitment_of, deferral_of
from kiosk.domain.contents.refusal import refusal_of
from kiosk.domain.contents.result_list import result_list_of
from kiosk.domain.paper import PaperKind
from kiosk.domain.sections import SectionedPaper

BUILDERS: Mapping[PaperKind, Callable[[Dossier], SectionedPaper]] = {
    PaperKind.MATERIAL_LIST: material_list_of,
    PaperKind.CORRECTION_NOTICE: correction_of,
    PaperKind.AUTHORIZATION_LETTER: authorization_of,
    PaperKind.COMMITMENT_LETTER: commitment_of,
    PaperKind.DEFERRAL_PROMISE: deferral_of,
    PaperKind.REFUSAL_NOTICE: refusal_of,
    PaperKind.JOINT_FORM: joint_form_of,
    PaperKind.RESULT_LIST: result_list_of,
    PaperKind.DELIVERY_RECEIPT: delivery_receipt_of,
    PaperKind.NOTARY_REFERRAL: notary_referral_of,
}
"""The sectioned papers; 收件凭证 and 受理通知书 have designs of their own."""
