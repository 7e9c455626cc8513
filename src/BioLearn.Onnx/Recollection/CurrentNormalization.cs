namespace BioLearn.Onnx.Recollection;

/// <summary>
/// How the current of a level is normalised. m, s, lo, hi are mean, sample standard deviation, minimum and maximum of one image's current;
/// "local" methods take them per channel (over the whole vector at a dense level). A constant current becomes 1e-8.
/// </summary>
public enum CurrentNormalization
{
    /// <summary>No normalisation (<c>Unnorm</c>).</summary>
    None,

    /// <summary>(x-m)/s, local (<c>normalize_std</c>).</summary>
    Std,

    /// <summary>(x-m)/s over the whole current (<c>normalize_std_global</c>).</summary>
    StdGlobal,

    /// <summary>clip(0.1 (x-m)/s + 0.5, 0, 1) over the whole current (<c>normalize_rescale_std</c>).</summary>
    RescaleStd,

    /// <summary>clip(0.1 (x-m)/s + 0.5, 0, 1), local (<c>normalize_rescale_std_local</c>).</summary>
    RescaleStdLocal,

    /// <summary>(x-lo)/(hi-lo) over the whole current (<c>normalize_minmax</c>).</summary>
    MinMax,

    /// <summary>(x-lo)/(hi-lo), local (<c>normalize_minmax_local</c>).</summary>
    MinMaxLocal,

    /// <summary>2 (x-lo)/(hi-lo) - 1 over the whole current (<c>normalize_minmax_rescale</c>).</summary>
    MinMaxRescale,

    /// <summary>0.1 (x-lo)/(hi-lo) + 0.5 over the whole current (<c>normalize_minmax_01_05_rescale</c>).</summary>
    MinMaxHalfRescale,
}
