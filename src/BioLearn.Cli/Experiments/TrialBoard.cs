using System.Diagnostics;
using System.Globalization;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using BioLearn.Experiments.Grids;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace BioLearn.Cli.Experiments;

/// <summary>
/// Progress of a run: a row for each setting with the mean of its seeds so far, rate, and time left; live on a terminal, a line now and then elsewhere.
/// </summary>
internal sealed class TrialBoard(IAnsiConsole console, GridChoice choice) : IRunObserver
{
    private const int MostRows = 15;
    private const int MostReadBefore = 2000;
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DrawEvery = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SettingRow> _rows = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly string? _wanted = choice.Experiment.Grid.Select?["metric"] switch
    {
        GridScalar column => column.Text,
        GridMap { Entries: [{ Value: GridScalar column }, ..] } => column.Text, // {mean: test-error}
        _ => null,
    };

    private string? _metric;
    private TimeSpan _nextLine = LineEvery;
    private int _total, _before, _ended, _failed, _touched;

    /// <summary>Runs the work under the board.</summary>
    public void Show(Action work)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
        {
            work();
            return;
        }
        console.Live(Draw()).AutoClear(true).Start(live =>
        {
            using Timer timer = new(_ => live.UpdateTarget(Draw()), null, DrawEvery, DrawEvery);
            work();
        });
    }

    /// <summary>Writes the table as it is.</summary>
    public void Write()
    {
        if (_rows.Values.Any(row => row.Count > 0))
            console.Write(Draw());
    }

    public void Begun(IReadOnlyList<Trial> trials, int before)
    {
        lock (_gate)
        {
            (_total, _before) = (trials.Count, before);
            foreach (Trial trial in trials)
                RowOf(trial).Seeds++;
            ResultsIndex index = choice.Folder.Scan();
            foreach (Trial trial in trials.Where(index.IsDone).Take(MostReadBefore))
            {
                if (choice.Folder.Read(trial.Identity) is { } record)
                    Count(trial, record);
            }
        }
    }

    public void Started(Trial trial)
    {
        lock (_gate)
            RowOf(trial).Touched = ++_touched;
    }

    public void Ended(Trial trial, TrialRecord record)
    {
        lock (_gate)
        {
            _ended++;
            Count(trial, record);
        }
        Tell();
    }

    public void Failed(Trial trial, Exception error)
    {
        lock (_gate)
            _failed++;
        Tell();
    }

    private void Count(Trial trial, TrialRecord record)
    {
        if (record.Rows.Count == 0)
            return;
        _metric ??= record.Rows[^1].Values.Any(value => value.Key == _wanted) ? _wanted : record.Rows[^1].Values is [var first, ..] ? first.Key : null;
        foreach ((string metric, double value) in record.Rows[^1].Values)
        {
            if (metric != _metric)
                continue;
            SettingRow row = RowOf(trial);
            row.Count++;
            row.Sum += value;
            row.Touched = ++_touched;
        }
    }

    private void Tell()
    {
        if (console.Profile.Capabilities.Interactive || _clock.Elapsed < _nextLine)
            return;
        _nextLine = _clock.Elapsed + LineEvery;
        console.WriteLine($"{_before + _ended + _failed} of {_total} trials{RateText}");
    }

    private Rows Draw()
    {
        lock (_gate)
        {
            var table = new Table().Border(TableBorder.Simple).AddColumn("settings").AddColumn(new TableColumn("seeds").RightAligned().NoWrap()).AddColumn(new TableColumn(Printable.Escape(_metric ?? "")).RightAligned());
            // Rows where something happened last, in the grid's order.
            SettingRow[] shown = [.. _rows.Values.OrderByDescending(row => row.Touched).Take(MostRows).OrderBy(row => row.Order)];
            foreach (SettingRow row in shown)
                table.AddRow(Printable.Escape(row.Text), $"{row.Count}/{row.Seeds}", row.Count == 0 ? "" : (row.Sum / row.Count).ToString("G5", CultureInfo.InvariantCulture));
            string others = _rows.Count > shown.Length ? $"; {_rows.Count - shown.Length} other settings" : "";
            string failed = _failed > 0 ? $", {_failed} failed" : "";
            return new Rows(table, new Text($"{_before + _ended} of {_total} trials done{failed}{RateText}{others}", new Style(Color.Grey)));
        }
    }

    private string RateText
    {
        get
        {
            int ran = _ended + _failed, left = _total - _before - ran;
            if (ran == 0)
                return "";
            double each = _clock.Elapsed.TotalSeconds / ran;
            return left == 0 ? $", {CostText.Time(each)} each" : $", {CostText.Time(each)} each, {CostText.Time(left * each)} left";
        }
    }

    private SettingRow RowOf(Trial trial)
    {
        string text = string.Join(", ", trial.Choices().Select(choice => $"{choice.Key} {choice.Value}"));
        if (!_rows.TryGetValue(text, out SettingRow? row))
            _rows[text] = row = new(text.Length == 0 ? choice.Experiment.Grid.Name : text, _rows.Count);
        return row;
    }

    private sealed record SettingRow(string Text, int Order)
    {
        public int Seeds { get; set; }
        public int Count { get; set; }
        public int Touched { get; set; }
        public double Sum { get; set; }
    }
}
