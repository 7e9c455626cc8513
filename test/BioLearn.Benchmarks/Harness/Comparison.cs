namespace BioLearn.Benchmarks.Harness;

/// <summary>One measured comparison: a line of JSON, and a row of the table.</summary>
internal sealed record Comparison
{
    public int Schema { get; init; } = 1;
    public required string Name { get; init; }
    public required string Size { get; init; }
    public required int Threads { get; init; }

    /// <summary>"cpu" or "wall".</summary>
    public required string Clock { get; init; }

    /// <summary>Unit of <see cref="Ours"/>, <see cref="Peer"/> and their best values.</summary>
    public required string Unit { get; init; }

    public required string OursName { get; init; }

    /// <summary>Median over the rounds.</summary>
    public required double Ours { get; init; }

    public required double OursBest { get; init; }

    /// <summary>The fastest of the peers offered; null where none could load.</summary>
    public string? PeerName { get; init; }

    public double? Peer { get; init; }

    /// <summary>Medians of all peers offered, where there were several.</summary>
    public IReadOnlyDictionary<string, double>? Peers { get; init; }

    public double? PeerBest { get; init; }

    /// <summary>Peer median over our median: above 1 we are faster.</summary>
    public double? Ratio { get; init; }

    public double? RatioBest { get; init; }
    public double? Gflops { get; init; }
    public double? ShareOfPeak { get; init; }
    public double? GigabytesPerSecond { get; init; }

    /// <summary>Floating-point operations a byte that must move.</summary>
    public double? FlopsPerByte { get; init; }

    /// <summary>What binds our side: "FMA", or the level of memory that holds what moves.</summary>
    public string? Limit { get; init; }

    /// <summary>The time that this limit asks for at least, over our time.</summary>
    public double? ShareOfLimit { get; init; }

    /// <summary>FMA peak of all threads, of the comparison's numbers.</summary>
    public double? PeakGflops { get; init; }

    /// <summary>GB/s of the levels of memory.</summary>
    public IReadOnlyDictionary<string, double>? Memory { get; init; }
}
