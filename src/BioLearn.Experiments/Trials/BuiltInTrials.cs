namespace BioLearn.Experiments;

/// <summary>The tasks of this library, a line each.</summary>
internal static class BuiltInTrials
{
    public static TrialCatalog AddTo(TrialCatalog catalog) => catalog;
}
