using System.Diagnostics;
using System.Globalization;
using BioLearn.Cli.Terminal;
using Spectre.Console;

namespace BioLearn.Cli.Instructed;

/// <summary>A training as it goes, with the accuracy of each instruction: a live table on a terminal, a line now and then elsewhere.</summary>
internal sealed class InstructBoard(IAnsiConsole console, IReadOnlyList<string> instructions, int epochs)
{
    private const int MostColumns = 4;
    private const int MostRows = 12;

    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);

    private readonly List<InstructedEpoch> _done = [];
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

    public void Epoch(InstructedEpoch epoch)
    {
        _done.Add(epoch);
        if (_refresh is not null)
            _refresh();
        else if (epoch.Epoch == epochs || _sinceLine.Elapsed > LineEvery)
            Line(epoch);
    }

    private void Line(InstructedEpoch epoch)
    {
        _sinceLine.Restart();
        string accuracy = string.Join(", ", Columns().Select(column => $"{column.Name} {column.Of(epoch)}"));
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch.Epoch} of {epochs}, loss {epoch.Loss:0.0000}, right: {Printable.Escape(accuracy)}, {epoch.Seconds:0.0} s"));
    }

    private Table Table()
    {
        var columns = Columns();
        var table = new Table().Border(TableBorder.Simple);
        foreach (string heading in (string[])["epoch", "loss", .. columns.Select(column => column.Name), "seconds"])
            table.AddColumn(new TableColumn(Printable.Escape(heading)).RightAligned());
        foreach (var epoch in _done.TakeLast(MostRows))
            table.AddRow([$"{epoch.Epoch}/{epochs}", epoch.Loss.ToString("0.0000", CultureInfo.InvariantCulture), .. columns.Select(column => column.Of(epoch)), epoch.Seconds.ToString("0.0", CultureInfo.InvariantCulture)]);
        return table;
    }

    private IReadOnlyList<(string Name, Func<InstructedEpoch, string> Of)> Columns() => instructions.Count <= MostColumns
        ? [.. instructions.Select((name, i) => (name, (Func<InstructedEpoch, string>)(epoch => Percent(epoch.Accuracy[i]))))]
        : [("mean", epoch => Percent(Results.Mean(epoch.Accuracy))), ("lowest", epoch => Percent(epoch.Accuracy.Where(double.IsFinite).Min())), ("highest", epoch => Percent(epoch.Accuracy.Where(double.IsFinite).Max()))];

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
