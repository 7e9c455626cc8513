namespace BioLearn.Onnx.Measures;

/// <summary>The three controls of one recollection.</summary>
public sealed record ControlMeasures
{
    /// <summary>1 - |Pearson| between the picture and the one that the unit of another class draws; null for cues below the output.</summary>
    public double? OtherClass { get; init; }

    /// <summary>The same against the picture of a constant current.</summary>
    public double? Constant { get; init; }

    /// <summary>The same against the picture of a random current.</summary>
    public double? Random { get; init; }

    /// <summary>
    /// Cue specificity, 0 to 1: the least of the above. 0: at least one cue that knows nothing of the image draws the same picture, so the cue
    /// contributes nothing. Null where the network can have none of these controls.
    /// </summary>
    public double? CueSpecificity => new[] { OtherClass, Constant, Random }.Min();

    /// <summary>
    /// E with the recorded switches minus E with random ones: what the picture owes to the positions that the max-pools recorded. Null for networks
    /// or variants without recorded switches.
    /// </summary>
    public double? SwitchDependence { get; init; }

    /// <summary>E of the network minus E of the same network with random weights: what the picture owes to learning.</summary>
    public double WeightDependence { get; init; }
}
