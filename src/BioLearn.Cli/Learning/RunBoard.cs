using System.Diagnostics;
using System.Globalization;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Terminal;
using Spectre.Console;

namespace BioLearn.Cli.Learning;

/// <summary>Runs as they go: a live table on a terminal, a line now and then elsewhere.</summary>
internal sealed class RunBoard(IAnsiConsole console, int epochs, ScoreKind score, bool validates)
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);

    private readonly List<(string Rule, string Seed, List<EpochResult> Epochs)> _runs = [];
    private readonly Stopwatch _sinceLine = Stopwatch.StartNew();
    private Action? _refresh;

    /// <summary>Does the work under the view.</summary>
    public void Show(Action work)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
        {
            work();
            return;
        }
        console.Live(Table()).AutoClear(false).Start(live =>
        {
            _refresh = () => live.UpdateTarget(Table());
            work();
        });
    }

    /// <summary>A run begins; what it gives back hears of its epochs.</summary>
    public Action<EpochResult> Begin(string rule, string seed)
    {
        List<EpochResult> done = [];
        _runs.Add((rule, seed, done));
        _refresh?.Invoke();
        return epoch =>
        {
            done.Add(epoch);
            if (_refresh is not null)
                _refresh();
            else if (epoch.Epoch == epochs || _sinceLine.Elapsed > LineEvery)
                Line(rule, seed, epoch);
        };
    }

    private void Line(string rule, string seed, EpochResult epoch)
    {
        _sinceLine.Restart();
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rule}, seed {seed}: epoch {epoch.Epoch} of {epochs}, loss {epoch.Loss:0.0000}, {(validates ? string.Create(CultureInfo.InvariantCulture, $"validation loss {epoch.ValidationLoss:0.0000}, ") : "")}test {score.Name} {score.Text(epoch.TestScore)}, {epoch.Seconds:0.0} s"));
    }

    private Table Table()
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("rule").NoWrap());
        foreach (string heading in (string[])["seed", "epoch", "loss", .. validates ? ["validation loss"] : Array.Empty<string>(), $"test {score.Name}", .. validates ? ["best"] : Array.Empty<string>(), "seconds"])
            table.AddColumn(new TableColumn(heading).RightAligned().Padding(1, 0));
        foreach (var (rule, seed, done) in _runs.TakeLast(30))
        {
            if (done.Count == 0)
            {
                table.AddRow([RuleChoice.Cell(rule), Text($"{seed}"), .. Enumerable.Repeat(Text($""), validates ? 6 : 4)]);
                continue;
            }
            var last = done[^1];
            table.AddRow([
                RuleChoice.Cell(rule), Text($"{seed}"), Text($"{last.Epoch}/{epochs}"), Text($"{last.Loss:0.0000}"), .. validates ? [Text($"{last.ValidationLoss:0.0000}")] : Array.Empty<string>(),
                score.Text(last.TestScore), .. validates ? [score.Text(EpochResult.Best(done).TestScore)] : Array.Empty<string>(), Text($"{last.Seconds:0.0}")]);
        }
        return table;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
