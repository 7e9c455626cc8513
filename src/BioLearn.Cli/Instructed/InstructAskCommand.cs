using System.ComponentModel;
using System.Globalization;
using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Hosting;
using BioLearn.Onnx.Images;
using Microsoft.ML;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Instructed;

/// <summary>The command line of <c>biolearn instruct ask</c>.</summary>
internal sealed class InstructAskSettings : CommandSettings
{
    [CommandArgument(0, "<PICTURES>")]
    [Description("Pictures, folders of pictures, patterns such as \"photos/*.png\"; of a model that reads tables a CSV file")]
    public string[] Pictures { get; init; } = [];

    [CommandOption("-i|--instruction <NAME>")]
    [Description("What to ask, such as left; several times for several questions. Default: all that the model knows")]
    public string[] Instruction { get; init; } = [];

    [CommandOption("-m|--model <FOLDER>")]
    [Description("Folder of biolearn instruct train")]
    [DefaultValue(InstructTrainSettings.OutByDefault)]
    public string Model { get; init; } = InstructTrainSettings.OutByDefault;

    [CommandOption("-o|--out <CSV>")]
    [Description("File for answers and scores")]
    public string? Out { get; init; }
}

/// <summary><c>biolearn instruct ask</c>: answers to questions about pictures.</summary>
internal sealed class InstructAskCommand(IAnsiConsole console) : Command<InstructAskSettings>
{
    public override int Execute(CommandContext context, InstructAskSettings settings, CancellationToken cancellation)
    {
        using var model = InstructedModel.Load(new MLContext(seed: 0), settings.Model);
        var form = model.Form;
        int[] instructions = settings.Instruction.Length == 0
            ? [.. Enumerable.Range(0, form.Instructions.Count)]
            : [.. settings.Instruction.Select(name => Choice.Parse("--instruction", name, [.. Enumerable.Range(0, form.Instructions.Count)], i => form.Instructions[i]))];
        var inputs = form.Input.IsPicture ? InputFiles.FindPictures(settings.Pictures) : settings.Pictures;
        OutputFile.Check("--out", settings.Out, [.. inputs, .. InstructTrainCommand.Files.Select(file => Path.Combine(settings.Model, file))]);
        List<(string Name, float[] Features)> rows = [];
        List<string> failed = [];
        foreach (string path in inputs)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                rows.AddRange(Read(path, form));
            }
            catch (Exception problem) when (problem is InvalidImageException or InvalidDataException or IOException or UnauthorizedAccessException && (inputs.Count > 1 || problem is InvalidImageException))
            {
                failed.Add(problem.Message);
            }
        }
        if (rows.Count > 0)
            Answer(model, rows, instructions, settings.Out);
        foreach (string message in failed)
            console.MarkupLine($"[red]skipped[/] {Printable.Escape(message)}");
        return failed.Count > 0 ? ExitCodes.SomeFailed : ExitCodes.Success;
    }

    private void Answer(InstructedModel model, List<(string Name, float[] Features)> rows, int[] instructions, string? file)
    {
        var form = model.Form;
        var answers = model.Ask(rows.SelectMany(row => instructions.Select(instruction => (row.Features, instruction))));
        var table = new Table().Border(TableBorder.Simple).AddColumn(form.Input.IsPicture ? "picture" : "row").AddColumn("asked").AddColumn("answer").AddColumn(new TableColumn("sure").RightAligned()).AddColumn("next");
        CsvText csv = new([form.Input.IsPicture ? "picture" : "row", "instruction", "answer", .. form.Classes]);
        for (int i = 0; i < answers.Count; i++)
        {
            string name = rows[i / instructions.Length].Name, asked = form.Instructions[instructions[i % instructions.Length]];
            var (answer, scores) = answers[i];
            int next = Enumerable.Range(0, scores.Length).Where(k => k != answer).MaxBy(k => scores[k]);
            table.AddRow(
                i % instructions.Length == 0 ? Printable.Escape(name) : "", Printable.Escape(asked), $"[bold]{Printable.Escape(form.Classes[answer])}[/]", Percent(scores[answer]),
                form.IsBinary ? "" : $"{Printable.Escape(form.Classes[next])} {Percent(scores[next])}");
            csv.Row([name, asked, form.Classes[answer], .. scores.Select(score => (object)score)]);
        }
        console.Write(table);
        if (file is not null)
            SafeFile.WriteText(file, csv.ToString());
    }

    private static List<(string Name, float[] Features)> Read(string path, AskedForm form)
    {
        if (form.Input.Columns is { } columns)
            return Rows(path, columns);
        float[] features = new float[form.Input.Shape.Size];
        form.Input.Scale(form.Input.Planes(ImageFiles.Load(path)), features);
        return [(path, features)];
    }

    private static List<(string Name, float[] Features)> Rows(string path, IReadOnlyList<string> columns)
    {
        if (!File.Exists(path))
            throw new UsageException($"{path}: no such file; this model reads the columns {string.Join(", ", columns)} of a CSV file");
        var table = CsvTable.Open(path, CsvHeader.Automatic);
        int[] places = [.. columns.Select(table.Column)];
        return [.. table.Rows().Select(record => ($"line {record.Line}", Array.ConvertAll(places, place =>
            float.TryParse(record.Fields[place], NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
                ? value
                : throw new InvalidDataException($"{path}, line {record.Line}, column '{table.Names[place]}': '{record.Fields[place]}' is not a finite number"))))];
    }

    private static string Percent(float share) => (100 * share).ToString("0", CultureInfo.InvariantCulture) + " %";
}
