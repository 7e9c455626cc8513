using System.Collections.Immutable;
using BioLearn.ML.Diagnostics;

namespace BioLearn.Studio.Remembering;

/// <summary>Random patterns, one after the other, until a memory fails.</summary>
/// <param name="Kind">The memory.</param>
/// <param name="Size">Its units.</param>
/// <param name="Damage">How patterns are damaged before they are asked for.</param>
internal sealed record CapacityTrial(MemoryKind Kind, int Size, PatternDamage Damage)
{
    /// <summary>Seed of patterns and damage.</summary>
    public const int Seed = 1;

    private const int FailuresInARow = 3;
    private const double Failed = .02;

    /// <summary>Sizes to choose from.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [64, 256, 400];

    /// <summary>What was measured so far.</summary>
    public ImmutableList<RecallPoint> Points { get; private set; } = [];

    /// <summary>Most patterns: as many as units of a small memory, half as many of a large one.</summary>
    public int Most => Size <= Squares.Count ? Size : Size / 2;

    /// <summary>The curve so far.</summary>
    public CapacityCurve Curve => new($"{Kind.Title.Split(" (")[0]}, {Size} units", Size, Most, Points);

    /// <summary>Patterns from one point to the next.</summary>
    public int Step => Math.Max(1, Size / 80);

    /// <summary>Measures until the memory has failed, or holds all.</summary>
    /// <param name="limit">The machine's places; one is taken for each point, so that others have their turn.</param>
    /// <param name="show">Called after each point.</param>
    /// <param name="stop">Stops it.</param>
    public async Task RunAsync(WorkLimit limit, Func<Task> show, CancellationToken stop)
    {
        Points = [];
        RecallCapacity capacity = new() { Size = Size, Damage = Damage, Step = Step, MaximumPatterns = Most, Seed = Seed };
        using var points = capacity.Measure(patterns => Kind.Measured(patterns, Size), stop).GetEnumerator();
        int failures = 0;
        while (failures < FailuresInARow && await limit.RunAsync(_ => points.MoveNext(), stop))
        {
            Points = Points.Add(points.Current);
            failures = points.Current.Share < Failed ? failures + 1 : 0;
            await show();
        }
    }
}

/// <summary>A curve of a memory's capacity.</summary>
/// <param name="Title">What it is called.</param>
/// <param name="Size">Units of the memory.</param>
/// <param name="Most">Most patterns.</param>
/// <param name="Points">What was measured.</param>
public sealed record CapacityCurve(string Title, int Size, int Most, IReadOnlyList<RecallPoint> Points);
