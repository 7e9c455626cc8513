using BioLearn.Studio.Pictures;

namespace BioLearn.Studio.Naming;

/// <summary>What the cells, and the support vector machine beside them, say of a picture.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Names">The names that there were, in the order of the cells.</param>
/// <param name="Potentials">The potential of each cell.</param>
/// <param name="Threshold">The potential from which a cell fires.</param>
/// <param name="Svm">The name that the support vector machine gives; null while it has fewer than two to choose from.</param>
/// <param name="IsSilent">Whether nothing in the picture makes the network fire.</param>
public sealed record Answer(ShownPicture Picture, IReadOnlyList<string> Names, IReadOnlyList<float> Potentials, float Threshold, string? Svm, bool IsSilent)
{
    /// <summary>The name of the strongest cell if it fires; null for no name.</summary>
    public string? Name
    {
        get
        {
            if (IsSilent || Names.Count == 0)
                return null;
            int best = Enumerable.Range(0, Names.Count).MaxBy(cell => Potentials[cell]);
            return Potentials[best] >= Threshold ? Names[best] : null;
        }
    }
}

/// <summary>An answer, and what the person says that the picture is.</summary>
/// <param name="Answer">The answer, as it was when it was given.</param>
/// <param name="Truth">A name; "" for none of them; null while the person has not said.</param>
public sealed record Marked(Answer Answer, string? Truth = null)
{
    /// <summary>Whether the cells are right; null while nobody knows.</summary>
    public bool? CellsAreRight => Truth is null ? null : Truth == (Answer.Name ?? "");

    /// <summary>Whether the support vector machine is right; null while nobody knows.</summary>
    public bool? SvmIsRight => Truth is null ? null : Truth.Length > 0 && Truth == Answer.Svm;
}
