namespace BioLearn.ML.Hebbian;

/// <summary>What a competitive layer on patches makes of a unit's activations at neighbouring places of a picture.</summary>
public enum PatchPooling
{
    /// <summary>Their mean.</summary>
    Average,

    /// <summary>The largest.</summary>
    Max,

    /// <summary>Nothing: the activation at every place goes out.</summary>
    None,
}
