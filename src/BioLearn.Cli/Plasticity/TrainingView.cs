using System.Diagnostics;
using System.Globalization;
using BioLearn.ML.Plasticity;
using Spectre.Console;

namespace BioLearn.Cli.Plasticity;

/// <summary>How a training stands: a live curve on a terminal, a line now and then elsewhere.</summary>
internal sealed class TrainingView(IAnsiConsole console, PlasticTrainingHistory history, int updates)
{
    private const int Window = 500;
    private static readonly TimeSpan FrameEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly int _before = history.Count;
    private TimeSpan _next;

    /// <summary>Runs the training under the view; the callback is to be called after every update.</summary>
    public void Run(Action<Action> training)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
        {
            _next = LineEvery;
            training(() => When(LineEvery, () => console.WriteLine(Status())));
            return;
        }

        console.Live(Frame()).AutoClear(false).Start(live =>
        {
            training(() => When(FrameEvery, () => live.UpdateTarget(Frame())));
            live.UpdateTarget(Frame());
        });
    }

    private void When(TimeSpan every, Action show)
    {
        if (_clock.Elapsed < _next)
            return;
        _next = _clock.Elapsed + every;
        show();
    }

    private Panel Frame()
    {
        int width = Math.Clamp(console.Profile.Width - 16, 20, 100);
        return new Panel(new Text($"{TerminalChart.Draw(history.AbsoluteErrors, updates, width, 10)}\n{Status()}")).Header("error").BorderColor(Color.Grey);
    }

    private string Status()
    {
        int done = history.Count;
        var errors = history.AbsoluteErrors[Math.Max(0, done - Window)..];
        var wrong = history.WrongSigns[Math.Max(0, done - Window)..];
        double rate = (done - _before) / Math.Max(_clock.Elapsed.TotalSeconds, 1e-3);
        string left = rate > 0 ? TimeSpan.FromSeconds((updates - done) / rate).ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture) : "?";
        return string.Create(CultureInfo.InvariantCulture, $"{done} of {updates} updates, {rate:0} a second, {left} left; error {Mean(errors):0.000}, wrong signs {100 * Mean(wrong):0.00} % (last {errors.Length})");
    }

    private static double Mean(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
            sum += value;
        return values.Length > 0 ? sum / values.Length : double.NaN;
    }
}
