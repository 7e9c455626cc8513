using System.Text.Json;

namespace BioLearn.Benchmarks.Harness;

/// <summary>One side of a comparison: a name and the work of one call.</summary>
internal sealed record Contestant(string Name, Action Call);

/// <summary>
/// Runs contestants in one process, alternating A B A B..., and reports medians. Each prints one JSON line on standard
/// output; the table goes to standard error at the end. The peer of a comparison is the fastest of those offered.
/// </summary>
internal sealed class SideBySide(BenchmarkSettings settings)
{
    private const int Rounds = 15;
    private const double WarmUpSeconds = 0.25;

    /// <summary>
    /// Between contestants with more threads than one: OpenMP's threads wait awake for some milliseconds after a call (libgomp; up to 200 with
    /// other runtimes) and would keep the other side's from their cores.
    /// </summary>
    private const int RestMilliseconds = 40;

    /// <summary>Then each wakes its own threads, unmeasured.</summary>
    private const double WakeSeconds = 0.002;

    /// <summary>How a comparison is written.</summary>
    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly HashSet<string>? _sizes = settings.Sizes?.Split(',', StringSplitOptions.TrimEntries).ToHashSet();
    private readonly List<Comparison> _results = [];
    private readonly Lazy<Bandwidth> _bandwidth = new(() => new Bandwidth(settings.Threads));

    /// <summary>Threads that both sides may use.</summary>
    public int Threads => settings.Threads;

    /// <summary>What was measured so far.</summary>
    public IReadOnlyList<Comparison> Results => _results;

    /// <summary>Whether the command line asks for this comparison; check before building large inputs.</summary>
    public bool Selects(string name, object size) =>
        (settings.Only is null || name.Contains(settings.Only, StringComparison.OrdinalIgnoreCase))
        && (_sizes is null || _sizes.Contains($"{size}"));

    /// <summary>Times <paramref name="ours"/> beside <paramref name="peers"/>, prints and keeps the result.</summary>
    /// <param name="name">Name of the comparison, "room/what".</param>
    /// <param name="size">Size of the problem as the table shows it.</param>
    /// <param name="ours">Our side.</param>
    /// <param name="peers">The other sides; empty where the peer library cannot load.</param>
    /// <param name="flops">Floating-point operations of one call; when given, GFLOP/s are reported.</param>
    /// <param name="bytes">Bytes that our side must move in one call; when given, GB/s are reported.</param>
    /// <param name="peak">GFLOP/s of one thread, of which <paramref name="flops"/> is reported as a share; all threads' together are the limit.</param>
    /// <param name="footprint">Bytes that <paramref name="bytes"/> lie in, where some are read and written; it decides which level of memory holds them.</param>
    public void Compare(
        string name, object size, Contestant ours, IReadOnlyList<Contestant> peers,
        double flops = 0, double bytes = 0, double peak = 0, double footprint = 0)
    {
        Contestant[] all = [ours, .. peers];
        double[][] seconds = Measure(all);
        double[] medians = seconds.Select(Median).ToArray();
        double[] best = seconds.Select(rounds => rounds.Min()).ToArray();
        int peer = peers.Count == 0 ? -1 : 1 + Array.IndexOf(medians[1..], medians[1..].Min());

        var result = new Comparison
        {
            Name = name,
            Size = $"{size}",
            Threads = Threads,
            Clock = Threads == 1 && CpuClock.CountsCpuTime ? "cpu" : "wall",
            Unit = "us",
            Ours = Microseconds(medians[0]),
            OursBest = Microseconds(best[0]),
            OursName = ours.Name,
            Peer = peer < 0 ? null : Microseconds(medians[peer]),
            PeerBest = peer < 0 ? null : Microseconds(best[peer]),
            PeerName = peer < 0 ? null : all[peer].Name,
            Peers = peers.Count < 2 ? null : Enumerable.Range(1, peers.Count).ToDictionary(i => all[i].Name, i => Microseconds(medians[i])),
            Ratio = peer < 0 ? null : Significant(medians[peer] / medians[0]),
            RatioBest = peer < 0 ? null : Significant(best[peer] / best[0]),
            Gflops = flops > 0 ? Significant(flops / medians[0] * 1e-9) : null,
            GigabytesPerSecond = bytes > 0 ? Significant(bytes / medians[0] * 1e-9) : null,
            ShareOfPeak = flops > 0 && peak > 0 ? Significant(flops / medians[0] * 1e-9 / peak) : null,
        };
        if (bytes > 0)
            result = WithLimit(result, medians[0], flops, bytes, footprint > 0 ? footprint : bytes, peak * Threads);
        _results.Add(result);
        Print(result);
    }

    /// <summary>Times one run of something long, without warm-up and without a peer.</summary>
    /// <param name="name">Name of the comparison, "room/what".</param>
    /// <param name="size">Size of the problem as the table shows it.</param>
    /// <param name="ours">What runs once.</param>
    /// <param name="wall">Whether wall time is counted even of one thread: for work that waits for files, or is another thread's.</param>
    public void Once(string name, object size, Contestant ours, bool wall = false)
    {
        double start = wall ? CpuClock.Wall() : Now();
        ours.Call();
        double microseconds = Microseconds((wall ? CpuClock.Wall() : Now()) - start);
        var result = new Comparison
        {
            Name = name,
            Size = $"{size}",
            Threads = Threads,
            Clock = !wall && Threads == 1 && CpuClock.CountsCpuTime ? "cpu" : "wall",
            Unit = "us",
            Ours = microseconds,
            OursBest = microseconds,
            OursName = ours.Name,
        };
        _results.Add(result);
        Print(result);
    }

    /// <summary>Whichever takes longer at least: the arithmetic at the peak, or the bytes from where they all find room.</summary>
    private Comparison WithLimit(Comparison result, double seconds, double flops, double bytes, double footprint, double peak)
    {
        MemoryLevel level = _bandwidth.Value.Holding(footprint);
        double moving = bytes / level.GigabytesPerSecond * 1e-9, computing = peak > 0 ? flops / peak * 1e-9 : 0;
        return result with
        {
            FlopsPerByte = flops > 0 ? Significant(flops / bytes) : null,
            Limit = computing > moving ? "FMA" : level.Name,
            ShareOfLimit = Significant(Math.Max(computing, moving) / seconds),
            PeakGflops = peak > 0 ? Significant(peak) : null,
            Memory = _bandwidth.Value.All.ToDictionary(one => one.Name, one => Significant(one.GigabytesPerSecond)),
        };
    }

    private double[][] Measure(Contestant[] all)
    {
        var repetitions = new int[all.Length];
        double slice = settings.Milliseconds * 1e-3 / Rounds;
        for (int i = 0; i < all.Length; i++)
            repetitions[i] = Math.Max(1, (int)(slice / WarmUp(all[i].Call)));

        double[][] seconds = all.Select(_ => new double[Rounds]).ToArray();
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < all.Length; i++)
            {
                if (Threads > 1)
                    Rest(all[i].Call);
                double start = Now();
                for (int r = 0; r < repetitions[i]; r++)
                    all[i].Call();
                seconds[i][round] = (Now() - start) / repetitions[i];
            }
        }
        return seconds;
    }

    private static void Rest(Action call)
    {
        Thread.Sleep(RestMilliseconds);
        double end = CpuClock.Wall() + WakeSeconds;
        do
            call();
        while (CpuClock.Wall() < end);
    }

    // Long enough for tiered compilation to finish; returns the seconds of one call, measured at the end.
    private double WarmUp(Action call)
    {
        double end = CpuClock.Wall() + WarmUpSeconds;
        int calls = 0;
        do
        {
            call();
            calls++;
        }
        while (CpuClock.Wall() < end || calls < 3);

        int probe = Math.Clamp(calls / 10, 1, 1000);
        double start = Now();
        for (int i = 0; i < probe; i++)
            call();
        return Math.Max(1e-9, (Now() - start) / probe);
    }

    private double Now() => Threads == 1 ? CpuClock.Thread() : CpuClock.Wall();

    private void Print(Comparison result)
    {
        string line = JsonSerializer.Serialize(result, Json);
        Console.WriteLine(line);
        if (settings.Output is not null)
            File.AppendAllText(settings.Output, line + Environment.NewLine);
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static double Microseconds(double seconds) => Significant(seconds * 1e6);

    private static double Significant(double value) =>
        double.IsFinite(value) ? double.Parse(value.ToString("G4")) : value;
}
