namespace BioLearn.Cli.Instructed.Report;

/// <summary>Figures of others, to stand beside ours, and what they were measured on.</summary>
/// <param name="What">The network and what it was taught.</param>
/// <param name="Figure">Test accuracy.</param>
/// <param name="Note">Where it comes from.</param>
internal sealed record Reference(string What, string Figure, string Note)
{
    /// <summary>The original's programs on pairs of Fashion-MNIST's pictures; the paper's own tables could not be read.</summary>
    public static IReadOnlyList<Reference> OfPairs { get; } =
    [
        new("Pairs of Fashion-MNIST, 50,000 to learn from; simple network, backpropagation (shared weights)", "61.9, 67.9 and 68.1 % after epochs 1, 2 and 3", "the original's modules, batch 64, Adam .0005, decay .95, one seed; mean of both questions"),
        new("The same, Counter-Hebb with separate top-down weights", "42.9 % after epoch 1", "the original's modules, one seed"),
        new("Units open after epoch 3, left / right / both", "conv .17/.15/.12, pool .28/.24/.19, conv .14/.12/.08, pool .26/.22/.15, dense .38/.50/.26", "the original's modules, backpropagation"),
        new("Guessing", "10 %", "ten classes"),
    ];

    /// <summary>Nothing of others can be set beside a part of CelebA or a table.</summary>
    public static IReadOnlyList<Reference> None { get; } = [];
}
