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
    [Description("Pictures, folders of pictures, patterns such as \"photos/*.png\"; of a model that reads tables CSV files")]
    public string[] Pictures { get; init; } = [];

    [CommandOption("-i|--instruction <NAME>")]
    [Description("What to ask, such as left; several times for several questions. Default: of a CSV file with the column of instructions what each row says there, else all that the model knows")]
    public string[] Instruction { get; init; } = [];

    [CommandOption("-m|--model <FOLDER>")]
    [Description("Folder of biolearn instruct train")]
    [DefaultValue(InstructTrainSettings.OutByDefault)]
    public string Model { get; init; } = InstructTrainSettings.OutByDefault;

    [CommandOption("--header")]
    [Description("Of a model that reads tables: the first line holds names, although it looks like a row")]
    public bool Header { get; init; }

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
        if (form.Input.IsPicture && settings.Header)
            throw new UsageException("--header: is for tables; this model reads pictures");
        List<Asked> rows = [];
        List<string> failed = [];
        foreach (string path in inputs)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                rows.AddRange(form.Input.IsPicture ? [Picture(path, form, instructions)] : Rows(path, form, instructions, settings, inputs.Count > 1));
            }
            catch (Exception problem) when (problem is InvalidImageException or InvalidDataException or IOException or UnauthorizedAccessException && (inputs.Count > 1 || problem is InvalidImageException))
            {
                failed.Add(problem.Message);
            }
        }
        if (rows.Count > 0)
            Answer(model, rows, settings.Out);
        foreach (string message in failed)
            console.MarkupLine($"[red]skipped[/] {Printable.Escape(message)}");
        return failed.Count > 0 ? ExitCodes.SomeFailed : ExitCodes.Success;
    }

    private void Answer(InstructedModel model, List<Asked> rows, string? file)
    {
        var form = model.Form;
        (Asked Row, int Instruction, bool IsFirst)[] questions = [.. rows.SelectMany(row => row.Instructions.Select((instruction, i) => (row, instruction, i == 0)))];
        var answers = model.Ask(questions.Select(one => (one.Row.Features, one.Instruction)));
        var table = new Table().Border(TableBorder.Simple).AddColumn(form.Input.IsPicture ? "picture" : "row").AddColumn("asked").AddColumn("answer").AddColumn(new TableColumn("sure").RightAligned()).AddColumn("next");
        CsvText csv = new([form.Input.IsPicture ? "picture" : "row", "instruction", "answer", .. form.Classes]);
        for (int i = 0; i < answers.Count; i++)
        {
            string name = questions[i].Row.Name, asked = form.Instructions[questions[i].Instruction];
            var (answer, scores) = answers[i];
            int next = Enumerable.Range(0, scores.Length).Where(k => k != answer).MaxBy(k => scores[k]);
            table.AddRow(
                questions[i].IsFirst ? Printable.Escape(name) : "", Printable.Escape(asked), $"[bold]{Printable.Escape(form.Classes[answer])}[/]", Percent(scores[answer]),
                form.IsBinary ? "" : $"{Printable.Escape(form.Classes[next])} {Percent(scores[next])}");
            csv.Row([name, asked, form.Classes[answer], .. scores.Select(score => (object)score)]);
        }
        console.Write(table);
        if (file is not null)
            SafeFile.WriteText(file, csv.ToString());
    }

    private static Asked Picture(string path, AskedForm form, int[] instructions)
    {
        float[] features = new float[form.Input.Shape.Size];
        form.Input.Scale(form.Input.Planes(ImageFiles.Load(path)), features);
        return new(path, features, instructions);
    }

    private static List<Asked> Rows(string path, AskedForm form, int[] instructions, InstructAskSettings settings, bool several)
    {
        var columns = form.Input.Columns!;
        if (!File.Exists(path))
            throw new UsageException($"{path}: no such file; this model reads the columns {string.Join(", ", columns)} of a CSV file");
        var table = CsvTable.Open(path, settings.Header ? CsvHeader.Present : CsvHeader.Automatic);
        int[] places = [.. columns.Select(table.Column)];
        int? asked = settings.Instruction.Length == 0 && form.InstructionColumn is { } column && table.Names.Contains(column) ? table.Column(column) : null;
        return [.. table.Rows().Select(record => new Asked(
            several ? $"{path}, line {record.Line}" : $"line {record.Line}",
            Array.ConvertAll(places, place => Number(record, place)),
            asked is { } where ? [Instruction(record, where)] : instructions))];

        float Number(CsvRecord record, int place) => float.TryParse(record.Fields[place], NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
            ? value
            : throw new InvalidDataException($"{path}, line {record.Line}, column '{table.Names[place]}': '{record.Fields[place]}' is not a finite number");

        int Instruction(CsvRecord record, int place) => form.Instructions.Index().Where(known => known.Item == record.Fields[place]).Select(known => (int?)known.Index).FirstOrDefault()
            ?? throw new InvalidDataException($"{path}, line {record.Line}, column '{table.Names[place]}': '{record.Fields[place]}' is no instruction of this model; expected {string.Join(", ", form.Instructions)}");
    }

    private static string Percent(float share) => (100 * share).ToString("0", CultureInfo.InvariantCulture) + " %";

    /// <summary>A picture or a row, and what it is asked.</summary>
    /// <param name="Name">The file, or the line.</param>
    /// <param name="Features">What the network reads.</param>
    /// <param name="Instructions">Numbers of its instructions.</param>
    private sealed record Asked(string Name, float[] Features, int[] Instructions);
}
