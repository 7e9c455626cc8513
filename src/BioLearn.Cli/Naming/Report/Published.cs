namespace BioLearn.Cli.Naming.Report;

/// <summary>Figures that the authors of the original published or left in their result files, to stand beside ours.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Figure">The figure.</param>
/// <param name="Note">Where it comes from and what it can be compared with.</param>
internal sealed record Published(string What, string Figure, string Note)
{
    public static IReadOnlyList<Published> FaceMotor { get; } =
    [
        new("Concept cells, one example each, faces and motorbikes", "mean 74.6 %, median 77.0 %", "1,760 pairs on one network (weights score; potential score: mean 74.8 %)"),
        new("SVM, one example each", "mean 76.8 %, median 81.8 %", "1,536 pairs, on another network with other thresholds and other features"),
        new("SVM minus concept cells", "2.2 points [1.3, 3.1], p < 0.001", "unpaired, 1,500 of each, 5,000 bootstrap samples"),
        new("Best single pair", "naming 96.5 %, SVM 86.6 %", "COSYNE 2025 abstract: naming up to 96.2 %"),
        new("Whole training set (200 each)", "naming 95.7 % and 98.5 %, SVM 93.8 % on average over 80 networks", "parameters of naming were chosen on the test pictures"),
    ];
}
