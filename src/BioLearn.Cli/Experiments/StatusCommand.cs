using System.ComponentModel;
using System.Text.Json;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Experiments;

/// <summary>The command line of <c>biolearn experiment status</c>.</summary>
internal sealed class StatusSettings : NamedGridSettings
{
    [CommandOption("--json")]
    [Description("Print a JSON object a grid instead")]
    public bool Json { get; init; }

    [CommandOption("--check")]
    [Description("Also read every result and compare its checksum")]
    public bool Check { get; init; }
}

/// <summary><c>biolearn experiment status</c>: what is done of the grids of a file or folder, by a listing of the folder.</summary>
internal sealed class StatusCommand(IAnsiConsole console) : Command<StatusSettings>
{
    public override int Execute(CommandContext context, StatusSettings settings, CancellationToken cancellation)
    {
        IReadOnlyList<GridChoice> choices = GridChoice.OpenAll(settings.File, settings);
        ResultsIndex index = choices[0].Folder.Scan();
        IReadOnlySet<string> checkpoints = choices[0].Folder.Checkpoints.Identities();
        bool damaged = false;
        foreach (GridChoice choice in choices)
        {
            IReadOnlyList<Trial> trials = choice.Experiment.Trials;
            Trial[] broken = [.. trials.Where(trial => index.Cut.Contains(trial.Identity) || index.Contradicted.Contains(trial.Identity) || (settings.Check && index.IsDone(trial) && !IsWhole(choice, trial, cancellation)))];
            State state = new(choice.Experiment.Grid.Name, Path.GetFileNameWithoutExtension(choice.File), choice.Folder.Path, trials.Count, trials.Count(trial => index.IsDone(trial) && !broken.Contains(trial)), trials.Count(index.HasDiverged),
                trials.Count(index.HasFailed), trials.Count(trial => !index.IsDone(trial) && checkpoints.Contains(trial.Identity)), broken.Length);
            damaged |= broken.Length > 0;
            if (settings.Json)
                console.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(state, Names));
            else
                Tell(state, choice, index, broken);
        }
        return damaged ? ExitCodes.SomeFailed : ExitCodes.Success;
    }

    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };

    private static bool IsWhole(GridChoice choice, Trial trial, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return choice.Folder.IsWhole(trial.Identity);
    }

    private void Tell(State state, GridChoice choice, ResultsIndex index, Trial[] broken)
    {
        console.MarkupLine($"[bold]{Printable.Escape(state.Grid)}[/] {state.Done} of {state.Trials} trials done{(state.Diverged > 0 ? $" ({state.Diverged} diverged)" : "")}, "
            + $"{(state.Failed > 0 ? $"[red]{state.Failed} failed[/]" : "0 failed")}, {state.Trials - state.Done - state.Failed} missing{(state.Begun > 0 ? $" ({state.Begun} have a checkpoint)" : "")}");
        foreach (Trial trial in broken.Take(10))
        {
            console.MarkupLine(index.Contradicted.Contains(trial.Identity)
                ? $"[red]{trial.Identity}[/] has results with different bytes: another program, or not deterministic; retry {trial.Identity} runs it again"
                : $"[red]{trial.Identity}[/] is damaged and will be run again: {Printable.Escape(string.Join(", ", choice.Folder.Damaged(trial.Identity)))}");
        }
        console.MarkupLine($"[grey]{Printable.Escape(CostText.Left(choice, index, broken))}[/]");
    }

    private sealed record State(string Experiment, string Grid, string Folder, int Trials, int Done, int Diverged, int Failed, int Begun, int Damaged);
}
