using System.Diagnostics;
using BioLearn.Cli.Terminal;
using Spectre.Console;

namespace BioLearn.Cli.Recollection;

/// <summary>Says what is planned when planning takes long; short plans are not mentioned.</summary>
internal sealed class PlanningView(IAnsiConsole console, IReadOnlyList<RecollectionColumn> columns)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _next = Patience;
    private int _begun;

    /// <summary>A column's way back is planned, its controls are next. Several threads may call it.</summary>
    public void Planned(int column)
    {
        lock (_clock)
        {
            _begun++;
            if (_clock.Elapsed < _next)
                return;
            _next = _clock.Elapsed + Patience;
            console.MarkupLine(string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"[grey]planning the controls of {Printable.Escape(columns[column].Title)}: {_begun} of {columns.Count}, {_clock.Elapsed.TotalSeconds:0} s[/]"));
        }
    }
}
