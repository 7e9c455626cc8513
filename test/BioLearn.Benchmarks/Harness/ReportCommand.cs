using System.ComponentModel;
using System.Text.Json;
using BioLearn.Plots;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Benchmarks.Harness;

/// <summary>
/// <c>-- report FILE...</c>: the table of what was measured, and the roofline (Williams, Waterman and Patterson 2009): what a kernel reaches
/// over how much it computes a byte, under what the arithmetic and each level of memory allow.
/// </summary>
internal sealed class ReportCommand : Command<ReportCommand.Settings>
{
    internal sealed class Settings : CommandSettings
    {
        [CommandArgument(0, "<FILE>")]
        [Description("JSON lines of earlier runs (--output). Of a comparison that comes several times, the last counts.")]
        public required string[] Files { get; init; }

        [CommandOption("--roofline <FILE>")]
        [Description("Where the picture goes: .png or .svg.")]
        [DefaultValue("roofline.png")]
        public string Picture { get; init; } = "roofline.png";

        [CommandOption("--title <TEXT>")]
        [Description("Title of the picture: the machine, for instance.")]
        public string? Title { get; init; }

        [CommandOption("--fail-below <RATIO>")]
        [Description("Exit with 1 where a ratio to the peer is below this one.")]
        public double? FailBelow { get; init; }

        public override ValidationResult Validate() =>
            Files.FirstOrDefault(file => !File.Exists(file)) is { } missing ? ValidationResult.Error($"{missing}: there is no such file") : ValidationResult.Success();
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellationToken)
    {
        Comparison[] results = [.. settings.Files.SelectMany(Read).GroupBy(c => (c.Name, c.Size, c.Threads)).Select(same => same.Last())];
        Report.Table(results);
        if (Roofline(results, settings.Title) is { } chart)
        {
            chart.Save(settings.Picture);
            Report.Line($"Roofline: {settings.Picture}");
        }
        else
            Report.Line("No comparison tells operations and bytes: there is no roofline to draw.");
        return Report.Behind(results, settings.FailBelow ?? 1) && settings.FailBelow is not null ? 1 : 0;
    }

    private static IEnumerable<Comparison> Read(string file)
    {
        int line = 0;
        foreach (string text in File.ReadLines(file))
        {
            line++;
            if (text.Length == 0)
                continue;
            Comparison? result;
            try
            {
                result = JsonSerializer.Deserialize<Comparison>(text, SideBySide.Json);
            }
            catch (JsonException e)
            {
                throw new InvalidDataException($"{file}, line {line}: {e.Message}", e);
            }
            if (result is not null)
                yield return result;
        }
    }

    private static Chart? Roofline(Comparison[] results, string? title)
    {
        Comparison[] drawn = [.. results.Where(c => c is { FlopsPerByte: > 0, Gflops: > 0, PeakGflops: > 0, Memory: not null })];
        if (drawn.Length == 0)
            return null;
        Chart chart = new() { Title = title, Width = 900, Height = 620, X = new("operations a byte") { Logarithmic = true }, Y = new("GFLOP/s") { Logarithmic = true } };
        double least = drawn.Min(c => c.FlopsPerByte!.Value) / 2, most = drawn.Max(c => c.FlopsPerByte!.Value) * 2;
        foreach (var machine in drawn.GroupBy(c => c.Threads).OrderBy(g => g.Key))
        {
            double peak = machine.Max(c => c.PeakGflops!.Value);
            foreach ((string level, double rate) in machine.First().Memory!)
            {
                double corner = peak / rate;
                PlotPoint[] roof = [new(least, rate * least), .. corner < most ? (PlotPoint[])[new(corner, peak), new(most, peak)] : [new(most, rate * most)]];
                chart.Curve($"{level}, {machine.Key} thread(s)", roof, new() { Dashed = machine.Key > 1 });
            }
            foreach (var room in machine.GroupBy(c => c.Name.Split('/')[0]))
                chart.Points($"{room.Key}, {machine.Key} thread(s)", room.OrderBy(c => c.FlopsPerByte).Select(c => new PlotPoint(c.FlopsPerByte!.Value, c.Gflops!.Value)), new() { Hollow = true });
        }
        return chart;
    }
}
