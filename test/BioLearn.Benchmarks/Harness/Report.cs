using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using BioLearn.Benchmarks.Torch;
using Spectre.Console;

namespace BioLearn.Benchmarks.Harness;

/// <summary>What a person reads; it goes to standard error, so that standard output holds nothing but JSON lines.</summary>
internal static class Report
{
    private static readonly IAnsiConsole Console =
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(System.Console.Error) });

    /// <summary>The line that makes the figures below it reproducible.</summary>
    public static void Machine()
    {
        Line($"{Processor()}, {Environment.ProcessorCount} cores, {VectorWidth()}, "
            + $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}");
        Line($"Peer: {TorchPeer.Description}");
        Line($"FMA peak of one thread: {FmaPeak.Float:F1} GFLOP/s float, {FmaPeak.Double:F1} GFLOP/s double");
    }

    public static void Line(string text) => Console.WriteLine(text);

    public static void Table(IReadOnlyList<Comparison> results)
    {
        if (results.Count == 0)
        {
            Line("No comparison has the name and size that were asked for.");
            return;
        }
        var table = new Table().SimpleBorder();
        table.AddColumns("comparison", "size", "ours", "us", "peer", "us", "ratio", "(best)", "GFLOP/s", "of peak", "GB/s", "of limit", "limit");
        foreach (int column in (int[])[3, 5, 6, 7, 8, 9, 10, 11])
            table.Columns[column].RightAligned();
        foreach (Comparison c in results)
        {
            table.AddRow(
                c.Name.EscapeMarkup(), c.Size.EscapeMarkup(), c.OursName.EscapeMarkup(), Number(c.Ours),
                (c.PeerName ?? "-").EscapeMarkup(), Number(c.Peer), Number(c.Ratio), Number(c.RatioBest),
                Number(c.Gflops), c.ShareOfPeak is { } share ? share.ToString("P0", CultureInfo.InvariantCulture) : "",
                Number(c.GigabytesPerSecond), c.ShareOfLimit is { } near ? near.ToString("P0", CultureInfo.InvariantCulture) : "", c.Limit ?? "");
        }
        // A table that is redirected to a file has no terminal width to obey.
        Console.Profile.Width = Math.Max(Console.Profile.Width, 180);
        Console.Write(table);
    }

    /// <summary>The comparisons in which the peer is faster than it may be, in red.</summary>
    /// <returns>Whether there are any.</returns>
    public static bool Behind(IReadOnlyList<Comparison> results, double least)
    {
        Comparison[] behind = [.. results.Where(c => c.Ratio < least).OrderBy(c => c.Ratio)];
        foreach (Comparison c in behind)
            Console.MarkupLine($"[red]{Number(c.Ratio)} of {c.PeerName.EscapeMarkup()}: {c.Name.EscapeMarkup()} {c.Size.EscapeMarkup()}, {c.Threads} thread(s)[/]");
        return behind.Length > 0;
    }

    private static string Number(double? value) => value?.ToString("G4", CultureInfo.InvariantCulture) ?? "";

    private static string Processor()
    {
        const string Path = "/proc/cpuinfo";
        string? model = File.Exists(Path)
            ? File.ReadLines(Path).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return model?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string VectorWidth() =>
        Vector512.IsHardwareAccelerated ? "512-bit vectors"
        : Vector256.IsHardwareAccelerated ? "256-bit vectors"
        : "128-bit vectors";
}
