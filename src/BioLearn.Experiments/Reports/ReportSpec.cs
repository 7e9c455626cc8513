using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments.Reports;

/// <summary>Which trials something speaks of.</summary>
internal enum TrialChoice
{
    /// <summary>Those that the selection keeps.</summary>
    Best,

    /// <summary>All.</summary>
    All,
}

internal enum SelectSense
{
    Min,
    Max,
}

internal enum SignBar
{
    Positive,
    Negative,
}

internal enum FigureKind
{
    Curves,
    Points,
    Bars,
    Trajectories,
    Cdf,
}

internal enum AxisScale
{
    Linear,
    Log,
}

/// <summary>What <c>select</c> says.</summary>
internal sealed class SelectSpec
{
    public required GridValue Over { get; init; }

    public GridValue? By { get; init; }

    public required GridValue Metric { get; init; }

    public SelectSense Best { get; init; }

    public GridMap? Where { get; init; }

    public string? Note { get; init; }
}

/// <summary>What <c>report</c> says.</summary>
internal sealed class ReportSpec
{
    public string? Title { get; init; }

    public GridMap? Labels { get; init; }

    public string[] Notes { get; init; } = [];

    public string[] Flags { get; init; } = [];

    public GridMap[] Claims { get; init; } = [];

    public GridMap[] Figures { get; init; } = [];
}

/// <summary>What a claim says.</summary>
internal sealed class ClaimSpec
{
    public required string Claim { get; init; }

    public required GridValue Metric { get; init; }

    public GridMap? Where { get; init; }

    public TrialChoice Trials { get; init; }

    public string? Along { get; init; }

    public GridValue? Published { get; init; }

    public GridValue? PublishedSd { get; init; }

    public GridValue? PublishedSeeds { get; init; }

    public string? Source { get; init; }

    public string? Figure { get; init; }

    public string? Note { get; init; }

    public double? Within { get; init; }

    public double? WithinSem { get; init; }

    public double[]? Between { get; init; }

    public double? Below { get; init; }

    public double? Above { get; init; }

    public SignBar? Sign { get; init; }

    public GridMap[]? Ascending { get; init; }

    public double? By { get; init; }
}

/// <summary>What a figure says.</summary>
internal sealed class FigureSpec
{
    public required string Name { get; init; }

    public required FigureKind Kind { get; init; }

    public required GridValue Metric { get; init; }

    public GridValue? X { get; init; }

    public string? Along { get; init; }

    public GridValue? Series { get; init; }

    public GridValue? Panels { get; init; }

    public GridMap? Where { get; init; }

    public TrialChoice Trials { get; init; }

    public string Band { get; init; } = "ci-68";

    public GridMap? Published { get; init; }

    public string? Title { get; init; }
}

/// <summary>What a figure says of one of its axes.</summary>
internal sealed class AxisSpec
{
    public string? Label { get; init; }

    public AxisScale Scale { get; init; }

    public double? From { get; init; }

    public double? To { get; init; }

    public static string[] Keys(string axis) => [$"{axis}-label", $"{axis}-scale", $"{axis}-from", $"{axis}-to"];
}
