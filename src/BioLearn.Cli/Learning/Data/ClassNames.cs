namespace BioLearn.Cli.Learning.Data;

/// <summary>What the numbers of classes stand for, of sets whose files do not say it.</summary>
internal static class ClassNames
{
    private static readonly string[] Clothes =
        ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

    /// <summary>The names of Fashion-MNIST where the set is called so and has as many classes, else the numbers.</summary>
    public static IReadOnlyList<string> Of(string title, int classes) => classes == Clothes.Length && title.Contains("fashion", StringComparison.OrdinalIgnoreCase)
        ? Clothes
        : [.. Enumerable.Range(0, classes).Select(name => $"{name}")];
}
