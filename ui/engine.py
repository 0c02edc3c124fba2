"""The Qt application, its fonts, its messages and the QML engine."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from PySide6.QtCore import (
    QLocale,
    QLoggingCategory,
    QMessageLogContext,
    QtMsgType,
    QTranslator,
    QUrl,
    qInstallMessageHandler,
)
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine

from kiosk.paths import resource
from ui.drawings import PROVIDER, DrawingProvider

QML_ROOT = Path(__file__).resolve().parent / "qml"
SANS = "Noto Sans SC"

log = logging.getLogger("qt")

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}

_NO_FAULT = ("This plugin does not support propagateSizeHints()",)
"""Notes of the offscreen platform that say nothing about the program."""
_KEYBOARD_OF_QT = "qrc:/qt-project.org/imports/QtQuick/VirtualKeyboard/"
"""When it is taken down, it loses its style before it loses what reads it, and says so of each."""


_QUIET = (
    # Notes of Qt's own keyboard about its own files and of its sounds. They come from the loader's thread, and the
    # handler below would wait there for Python's lock while the page waits for the loader.
    "qt.qml.propertyCache.append=false",
    "qt.multimedia.symbolsresolver=false",
    "qt.virtualkeyboard*=false",
)


def make_application(arguments: list[str], language: str = "zh") -> QGuiApplication:
    """Make the Qt application, or give the one that is there, with fonts, words and logging in place."""
    QLoggingCategory.setFilterRules("\n".join(_QUIET))
    os.environ.setdefault("QT_VIRTUALKEYBOARD_DESKTOP_DISABLE", "1")
    qInstallMessageHandler(_to_log)
    os.environ.setdefault("QT_IM_MODULE", "qtvirtualkeyboard")
    # The keyboard lives inside our window; its own window for other programs would outlive the application.
    os.environ.setdefault("QT_VIRTUALKEYBOARD_DESKTOP_DISABLE", "1")
    present = QGuiApplication.instance()
    application = present if isinstance(present, QGuiApplication) else QGuiApplication(arguments)
    application.setApplicationName("yizhan")
    application.setApplicationDisplayName("居民身后一件事" if language == "zh" else "After a Death, One Visit")
    QLocale.setDefault(QLocale(QLocale.Language.Chinese if language == "zh" else QLocale.Language.English))
    load_fonts()
    install_language(application, language)
    return application


def load_fonts() -> None:
    """Load the shipped fonts; those beside the two text faces stand in for characters that these lack."""
    have = set(QFontDatabase.families())
    for file in sorted(resource("fonts").glob("*.[to]tf")):
        if file.name.startswith("NotoSansSC") and SANS in have:
            continue
        QFontDatabase.addApplicationFont(str(file))
    stand_ins = [family for family in QFontDatabase.families() if family not in {SANS, "Noto Serif SC"}]
    rare = [family for family in stand_ins if any(word in family for word in ("Plangothic", "HanaMin", "CJK", "Jigmo"))]
    if rare:
        QFont.insertSubstitutions(SANS, rare)
    font = QFont(SANS)
    font.setPixelSize(20)
    QGuiApplication.setFont(font)


def install_language(application: QGuiApplication, language: str) -> None:
    """Put the words of the screen into a language; Chinese is the one that they are written in."""
    for former in application.findChildren(QTranslator):
        application.removeTranslator(former)
        former.setParent(None)
    if language == "zh":
        return
    translator = QTranslator(application)
    if translator.load(f"yizhan_{language}", str(resource("translations"))):
        application.installTranslator(translator)


def make_engine() -> QQmlApplicationEngine:
    """Make the QML engine.

    Calls that load QML while they hold Python's lock (`singletonInstance`) must not be made: the engine's loader thread
    asks Python-owned translators and would wait for ever. `load` gives the lock away.
    """
    engine = QQmlApplicationEngine()
    engine.addImportPath(str(QML_ROOT))
    engine.addImageProvider(PROVIDER, DrawingProvider())
    return engine


def page_url(name: str) -> QUrl:
    """Give the URL of a QML file below the QML folder."""
    return QUrl.fromLocalFile(str(QML_ROOT / name))


def _to_log(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    if message in _NO_FAULT or (message.startswith(_KEYBOARD_OF_QT) and " of null" in message):
        return
    place = f" ({Path(context.file).name}:{context.line})" if context.file else ""
    log.log(_LEVELS.get(kind, logging.WARNING), "%s%s", message, place)
