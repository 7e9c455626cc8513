using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using BioLearn.ML.Hosting;
using Fluid;

namespace BioLearn.Cli.Recollection.Report;

/// <summary>
/// Writes report.html: summary, warnings, a matrix a picture, legend, settings. It depends on the manifest's pictures alone, so that a resumed run writes the
/// same page.
/// </summary>
internal static class ReportWriter
{
    public const string FileName = "report.html";

    /// <summary>Up to this many pictures are put into the page itself, which then can be sent as one file; more stay in their folders beside it.</summary>
    private const int MostInlined = 150;

    /// <summary>Reads the template, in the background.</summary>
    public static Task<IFluidTemplate> Prepare() => Task.Run(() =>
        new FluidParser().TryParse(ReadTemplate(), out var template, out var error) ? template : throw new InvalidOperationException($"report template: {error}"));

    /// <summary>Writes the page beside the manifest.</summary>
    public static async Task WriteAsync(IFluidTemplate template, string folder, ManifestHeader header, IReadOnlyList<ManifestPicture> pictures, string command)
    {
        var options = new TemplateOptions { CultureInfo = CultureInfo.InvariantCulture };
        var context = new TemplateContext(options);
        foreach (var (name, value) in Page(folder, header, pictures))
            context.SetValue(name, value);
        context.SetValue("command", command);
        context.SetValue("measures_file", MeasuresFile.FileName);
        await SafeFile.WriteAsync(Path.Combine(folder, FileName), async file =>
        {
            await using var text = new StreamWriter(file, new UTF8Encoding(false), leaveOpen: true);
            await template.RenderAsync(text, context, HtmlEncoder.Default);
        });
    }

    private static string ReadTemplate()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("report.liquid")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static Dictionary<string, object?> Page(string folder, ManifestHeader header, IReadOnlyList<ManifestPicture> pictures)
    {
        ManifestPicture[] done = [.. pictures.Where(picture => picture.Error == null)];
        var inline = done.Length * (1 + header.Columns.Count) <= MostInlined;
        var columns = header.Columns.ToDictionary(column => column.Id);
        return new()
        {
            ["model_name"] = header.Model,
            ["model_sha"] = header.ModelSha256,
            ["preprocessing"] = header.Preprocessing,
            ["seed"] = header.Seed,
            ["controls"] = header.Controls,
            ["version"] = typeof(ReportWriter).Assembly.GetName().Version?.ToString(3),
            ["picture_words"] = done.Length == 1 ? Path.GetFileName(done[0].Source) : $"{done.Length} pictures",
            ["among"] = Among(done),
            ["chance"] = string.Create(CultureInfo.InvariantCulture, $"{100.0 / Among(done):0} %"),
            ["cells"] = Rows(header)[0].Length + 1,
            ["is_matrix"] = Rows(header).Length > 1,
            ["has_index"] = done.Length > 6,
            ["columns"] = header.Columns.Select(column => Column(column, done)).ToArray(),
            ["warnings"] = ReportWarnings.For(header, done),
            ["pictures"] = done.Select((picture, i) => Picture(folder, picture, i, header, columns, inline)).ToArray(),
            ["failed"] = pictures.Where(picture => picture.Error != null)
                .Select(picture => new Dictionary<string, object?> { ["source"] = picture.Source, ["error"] = picture.Error }).ToArray(),
        };
    }

    private static int Among(ManifestPicture[] done) => done is [{ Recollections: [var first, ..] }, ..] ? first.IdentifiedAmong ?? 1 : 1;

    /// <summary>Columns as rows of a matrix, a cue a row, where every cue has every variant; else one row.</summary>
    private static string[][] Rows(ManifestHeader header)
    {
        var rows = header.Columns.GroupBy(column => column.Cue).Select(cue => cue.ToArray()).ToArray();
        var isMatrix = rows.Length > 1 && rows[0].Length > 1 && rows.All(row => row.Select(column => column.Variant).SequenceEqual(rows[0].Select(column => column.Variant)));
        return isMatrix ? [.. rows.Select(row => row.Select(column => column.Id).ToArray())] : [[.. header.Columns.Select(column => column.Id)]];
    }

    private static Dictionary<string, object?> Column(ManifestColumn column, ManifestPicture[] done)
    {
        ManifestRecollection[] all = [.. done.SelectMany(picture => picture.Recollections).Where(recollection => recollection.Column == column.Id)];
        return new()
        {
            ["title"] = column.Title,
            ["variant"] = column.Variant,
            ["cue_token"] = column.Cue,
            ["options"] = column.Options,
            ["edge"] = ReportWords.Number(Mean(all, one => one.EdgeCorrelation)),
            ["pearson"] = ReportWords.Number(Mean(all, one => one.Pearson)),
            ["ssim"] = ReportWords.Number(Mean(all, one => one.Ssim)),
            ["identified"] = $"{all.Count(one => one.Identified == true)} of {all.Length}",
            ["note"] = column.Note,
            ["cue"] = ReportWords.Number(Mean(all, one => one.Controls?.CueSpecificity)),
            ["switches"] = ReportWords.Number(Mean(all, one => one.Controls?.SwitchDependence)),
            ["weights"] = ReportWords.Number(Mean(all, one => one.Controls?.WeightDependence)),
        };
    }

    private static Dictionary<string, object?> Picture(string folder, ManifestPicture picture, int number, ManifestHeader header, Dictionary<string, ManifestColumn> columns, bool inline)
    {
        var cells = picture.Recollections.ToDictionary(recollection => recollection.Column, recollection => Recollection(folder, recollection, columns[recollection.Column], inline));
        return new()
        {
            ["number"] = number,
            ["name"] = Path.GetFileName(picture.Source),
            ["width"] = picture.Width,
            ["height"] = picture.Height,
            ["predicted"] = picture.PredictedClass is { } best ? ClassWords(best, picture.PredictedName, picture.Probability) : null,
            ["also"] = (picture.Also ?? []).Select(one => ClassWords(one.Class, one.Name, one.Probability)).ToArray(),
            ["original"] = Source(folder, picture.Original!, inline),
            ["rows"] = Rows(header).Select((row, i) => new Dictionary<string, object?>
            {
                ["is_first"] = i == 0,
                ["title"] = columns[row[0]].Title,
                ["recollections"] = row.Select(id => cells[id]).ToArray(),
            }).ToArray(),
            ["measures"] = JsonSerializer.Serialize(picture.Recollections.Select(one => new[] { one.EdgeCorrelation, one.Controls?.CueSpecificity, one.Controls?.SwitchDependence, one.Controls?.WeightDependence })),
        };
    }

    private static string ClassWords(int index, string? name, double? probability) =>
        string.Create(CultureInfo.InvariantCulture, $"{name ?? $"class {index}"} {100 * probability:0} %");

    private static Dictionary<string, object?> Recollection(string folder, ManifestRecollection recollection, ManifestColumn column, bool inline)
    {
        var controls = recollection.Controls;
        return new()
        {
            ["title"] = column.Title,
            ["variant"] = column.Variant,
            ["note"] = column.Note,
            ["file"] = Source(folder, recollection.File, inline),
            ["edge"] = ReportWords.Number(recollection.EdgeCorrelation),
            ["edge_percent"] = (int)Math.Round(100 * Math.Clamp(recollection.EdgeCorrelation, 0, 1)),
            ["pearson"] = ReportWords.Number(recollection.Pearson),
            ["ssim"] = ReportWords.Number(recollection.Ssim),
            ["identified"] = recollection.Identified == true,
            ["among"] = recollection.IdentifiedAmong ?? 1,
            ["others"] = (recollection.IdentifiedAmong ?? 1) - 1,
            ["cue"] = ReportWords.Number(controls?.CueSpecificity),
            ["cue_words"] = controls?.CueSpecificity is { } specificity ? ReportWords.Cue(specificity) : null,
            ["cue_detail"] = $"against another class {ReportWords.Number(controls?.OtherClass)}, a constant {ReportWords.Number(controls?.Constant)}, a random current {ReportWords.Number(controls?.Random)}",
            ["switches"] = ReportWords.Number(controls?.SwitchDependence),
            ["switch_words"] = controls is null ? null : ReportWords.Switches(controls.SwitchDependence, recollection.EdgeCorrelation),
            ["weights"] = ReportWords.Number(controls?.WeightDependence),
            ["weight_words"] = controls is null ? null : ReportWords.Weights(controls.WeightDependence),
        };
    }

    private static string Source(string folder, string file, bool inline) => inline
        ? "data:image/png;base64," + Convert.ToBase64String(File.ReadAllBytes(Path.Combine(folder, file)))
        : string.Join('/', file.Split('/').Select(Uri.EscapeDataString));

    private static double? Mean(ManifestRecollection[] all, Func<ManifestRecollection, double?> value) => all.Average(value);
}
