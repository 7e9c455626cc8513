using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace BioLearn.Cli.Terminal;

/// <summary>Progress of a long job: a live bar with rate and time left on a terminal, a line now and then elsewhere.</summary>
internal sealed class ProgressView(IAnsiConsole console, string what, int total, int already)
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private ProgressTask? _bar;
    private TimeSpan _nextLine = LineEvery;
    private int _stepped;

    /// <summary>Runs the job under the view.</summary>
    public async Task RunAsync(Func<Task> job)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
        {
            await job();
            return;
        }
        await console.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new CountColumn(), new RateColumn(this))
            .StartAsync(async context =>
            {
                _bar = context.AddTask(what, maxValue: total);
                _bar.Value = already;
                await job();
            });
    }

    /// <summary>One more is done.</summary>
    public void Step()
    {
        _stepped++;
        if (_bar != null)
        {
            _bar.Value = already + _stepped;
        }
        else if (_clock.Elapsed > _nextLine)
        {
            _nextLine = _clock.Elapsed + LineEvery;
            console.WriteLine($"{what}: {already + _stepped} of {total}, {RateText}");
        }
    }

    private string RateText
    {
        get
        {
            if (_stepped == 0)
                return "";
            var rate = _stepped / _clock.Elapsed.TotalSeconds;
            var left = TimeSpan.FromSeconds((total - already - _stepped) / rate);
            var time = left.TotalHours >= 1 ? left.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture) : left.ToString(@"m\:ss", CultureInfo.InvariantCulture);
            return string.Create(CultureInfo.InvariantCulture, $"{rate:0.0} a second, {time} left");
        }
    }

    private sealed class CountColumn : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text($"{task.Value:0}/{task.MaxValue:0}");
    }

    private sealed class RateColumn(ProgressView view) : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(view.RateText, new Style(Color.Grey));
    }
}
