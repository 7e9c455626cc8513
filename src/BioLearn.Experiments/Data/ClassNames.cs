namespace BioLearn.Experiments;

/// <summary>What the numbers of classes stand for, of sets whose files do not say it.</summary>
public static class ClassNames
{
    /// <summary>The ten classes of Fashion-MNIST, in the order of their numbers.</summary>
    public static IReadOnlyList<string> Clothes { get; } = ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

    /// <summary>The names of Fashion-MNIST where the set is called so and has as many classes, else the numbers.</summary>
    /// <param name="title">What the set is called.</param>
    /// <param name="classes">Its number of classes.</param>
    /// <returns>A name a class.</returns>
    public static IReadOnlyList<string> Of(string title, int classes)
    {
        ArgumentNullException.ThrowIfNull(title);
        return classes == Clothes.Count && title.Contains("fashion", StringComparison.OrdinalIgnoreCase) ? Clothes : [.. Enumerable.Range(0, classes).Select(name => $"{name}")];
    }
}
