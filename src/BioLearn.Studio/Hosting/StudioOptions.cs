using System.Net;
using BioLearn.Experiments;

namespace BioLearn.Studio;

/// <summary>Where the page is served, and how much of the machine it may take.</summary>
public sealed record StudioOptions
{
    /// <summary>The address that it listens on: this machine alone unless told otherwise.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 takes one that is free.</summary>
    public int Port { get; init; }

    /// <summary>Pieces of work (a recollection, a step of learning) that run at once for all who look, at least 1; the others wait their turn.</summary>
    public int ParallelWork { get; init; } = Math.Max(1, Environment.ProcessorCount);

    /// <summary>Most bytes of one picture or table that is dropped on the page.</summary>
    public long MaximumUploadBytes { get; init; } = 64L << 20;

    /// <summary>Folder of the pictures to choose from; the bundled photographs unless told otherwise. Nothing outside it is read.</summary>
    public string Pictures { get; init; } = Path.Combine(AppContext.BaseDirectory, "photos");

    /// <summary>Reads a table that is dropped to be learned from: its name, and the file. Null takes none. The tool gives its own reader of CSV files.</summary>
    public Func<string, string, DataSource>? ReadTable { get; init; }

    /// <summary>How long the work of a tab that lost its connection is kept for its return.</summary>
    public TimeSpan ReturnWithin { get; init; } = TimeSpan.FromMinutes(2);

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal StudioOptions Checked()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Port, IPEndPoint.MaxPort);
        ArgumentOutOfRangeException.ThrowIfLessThan(ParallelWork, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumUploadBytes, 1);
        return this;
    }
}
