using System.ComponentModel;
using BioLearn.Cli.Instructed.Report;
using BioLearn.Cli.Terminal;
using Microsoft.ML;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Instructed;

/// <summary>The command line of <c>biolearn instruct gates</c>.</summary>
internal sealed class InstructGatesSettings : CommandSettings
{
    [CommandOption("-m|--model <FOLDER>")]
    [Description("Folder of biolearn instruct train")]
    [DefaultValue(InstructTrainSettings.OutByDefault)]
    public string Model { get; init; } = InstructTrainSettings.OutByDefault;

    [CommandOption("-o|--out <FOLDER>")]
    [Description("Where the table of gates and its pictures go")]
    [DefaultValue("gates")]
    public string Out { get; init; } = "gates";
}

/// <summary><c>biolearn instruct gates</c>: which units each instruction opens, as a table and as pictures.</summary>
internal sealed class InstructGatesCommand(IAnsiConsole console) : Command<InstructGatesSettings>
{
    private const int MostColumns = 4;

    public override int Execute(CommandContext context, InstructGatesSettings settings, CancellationToken cancellation)
    {
        using var model = InstructedModel.Load(new MLContext(seed: 0), settings.Model);
        using var folder = OutputFolder.Take("--out", settings.Out, Summary.GatesFile, InstructedReport.GatesPicture, InstructedReport.OverlapPicture, InstructedReport.PlacesPicture);
        var gates = model.GateTable();
        gates.Write(folder[Summary.GatesFile]);
        GatesPlot.Shares(folder[InstructedReport.GatesPicture], gates);
        if (gates.Instructions.Count > 1)
            GatesPlot.Overlaps(folder[InstructedReport.OverlapPicture], gates);
        if (GatePlaces.Has(gates))
            GatePlaces.Write(folder[InstructedReport.PlacesPicture], gates);
        Print(gates);
        console.MarkupLine($"{Summary.GatesFile} and pictures in [link]{Printable.Escape(Path.GetFullPath(settings.Out))}[/]");
        return ExitCodes.Success;
    }

    private void Print(GateTable gates)
    {
        bool named = gates.Instructions.Count <= MostColumns;
        var table = new Table().Border(TableBorder.Simple).AddColumn("layer");
        foreach (string heading in (string[])["units", .. named ? gates.Instructions.Select(name => $"open for {name}") : ["open, mean", "lowest", "highest"], .. gates.Instructions.Count == 2 ? ["open for both"] : Array.Empty<string>()])
            table.AddColumn(new TableColumn(Printable.Escape(heading)).RightAligned());
        foreach (var layer in gates.Layers)
        {
            double[] shares = [.. gates.Instructions.Select((_, i) => layer.Share(i))];
            table.AddRow(
            [
                Printable.Escape(layer.Name), Verdict.Count(layer.Units), .. (named ? shares : [shares.Average(), shares.Min(), shares.Max()]).Select(Verdict.Percent),
                .. gates.Instructions.Count == 2 ? [Verdict.Percent(layer.Both(0, 1))] : Array.Empty<string>(),
            ]);
        }
        console.Write(table);
        if (gates.Instructions.Count > 1)
            console.MarkupLine($"of the units that at least one of two instructions opens, {Verdict.Percent(gates.MeanOverlap)} are open for both; by chance {Verdict.Percent(gates.ChanceOverlap)}");
        foreach (string dead in gates.Dead)
            console.MarkupLine($"[yellow]{Printable.Escape($"'{dead}' opens no unit of some layer: every row gets the same answer")}[/]");
    }
}
