// A badge whose tone comes as a word from a view model.
Badge {
    property string toneName: "neutral"

    tone: toneName === "green" ? Badge.Green : toneName === "amber" ? Badge.Amber : toneName === "slate" ? Badge.Slate : Badge.Neutral
}
