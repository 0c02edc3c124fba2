pragma Singleton
import QtQuick

// Every size, colour and radius of the program. Mode and large text come from the station's settings, the frame from the window.
QtObject {
    id: theme

    property string mode: "window"
    property bool large: false
    property int frameWidth: 1920
    property int frameHeight: 1080

    readonly property bool selfService: mode === "self-service"
    readonly property real k: (selfService ? 1.4 : 1.0) * (large ? 1.4 : 1.0)
    function px(size: real): int {
        return Math.round(size * k);
    }

    // Room, measured in staff-size pixels: large text makes a screen smaller.
    readonly property bool portrait: frameHeight > frameWidth
    readonly property bool compact: frameWidth / k < 1440
    readonly property bool narrow: frameWidth / k < 1150
    readonly property bool low: frameHeight / k < 860
    readonly property bool tiny: frameHeight / k < 640
    readonly property int contentWidth: Math.min(frameWidth, 2200) - 2 * margin

    readonly property color paper: "#F5F2EB"
    readonly property color surface: "#FFFEFB"
    readonly property color sunken: "#ECE7DC"
    readonly property color line: "#DAD3C5"
    readonly property color edge: "#7C7568"
    readonly property color ink: "#1D262E"
    readonly property color ink2: "#414A52"
    readonly property color slate: "#2B4A66"
    readonly property color slateDeep: "#1F384F"
    readonly property color slateTint: "#E3EAF0"
    readonly property color slateLine: "#64809A"
    readonly property color green: "#22523E"
    readonly property color greenTint: "#E1EBE3"
    readonly property color greenEdge: "#4E7F67"
    readonly property color amber: "#663F04"
    readonly property color amberTint: "#F8ECD2"
    readonly property color amberEdge: "#9A6A16"
    readonly property color clear: "transparent"

    readonly property string sans: "Noto Sans SC"
    readonly property string serif: "Noto Serif SC"
    readonly property int body: px(20)
    readonly property int between: compact ? px(20) : px(22)
    readonly property int lead: px(24)
    readonly property int h3: low ? px(26) : px(28)
    readonly property int h2: low ? px(30) : px(34)
    readonly property int h1: low ? px(34) : px(42)
    readonly property int name: low ? px(44) : px(56)
    readonly property int display: low ? px(50) : px(64)

    readonly property int s1: 4
    readonly property int s2: 8
    readonly property int s3: 12
    readonly property int s4: 16
    readonly property int s5: 24
    readonly property int s6: 32
    readonly property int s7: 48
    readonly property int s8: 64
    readonly property int margin: selfService && portrait ? 56 : compact ? s6 : s7
    readonly property int gutter: compact ? s5 : s6
    readonly property int inner: low ? s5 : s6

    readonly property int r1: selfService ? 8 : 6
    readonly property int r2: selfService ? 14 : 10
    readonly property int r3: selfService ? 24 : 16
    readonly property int stroke: 1
    readonly property int strokeControl: 2
    readonly property int strokeActive: 3

    readonly property int target: large ? 88 : selfService ? 80 : 60
    readonly property int button: large ? 112 : selfService ? 96 : low ? 64 : 72
    readonly property int box: px(64)
    readonly property int gap: 12
    readonly property int iconSmall: px(22)
    readonly property int icon: px(28)
    readonly property int iconLarge: px(38)
    readonly property int headerHeight: Math.max(px(low ? 68 : 76), target)
    readonly property int barHeight: button + (low ? 24 : 40)
    readonly property int stripHeight: px(compact ? 44 : 60)
    readonly property int sideColumn: compact ? px(360) : px(448)
    readonly property int motion: large ? 0 : 120
}
