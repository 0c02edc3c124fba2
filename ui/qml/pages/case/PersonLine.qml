import QtQuick
import Yizhan.Controls

// A name and a number that may stand below each other.
Flow {
    id: line

    property string name
    property string number

    spacing: Theme.s3

    Words {
        text: line.name
        strong: true
        width: Math.min(implicitWidth, line.width)
    }

    MaskedNumber {
        masked: line.number
        size: Theme.body
        strong: false
    }
}
