using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using BioLearn.ML.Hosting;
using Fluid;

namespace BioLearn.Cli.Recollection.Report;

/// <summary>
/// Writes report.html: summary, warning, contact sheet, legend, settings. It depends on the manifest's pictures alone, so that a resumed run writes the
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
    public static async Task WriteAsync(IFluidTemplate template, string folder, ManifestHeader header, IReadOnlyList<ManifestPicture> pictures)
    {
        var options = new TemplateOptions { CultureInfo = CultureInfo.InvariantCulture };
        var context = new TemplateContext(options);
        foreach (var (name, value) in Page(folder, header, pictures))
            context.SetValue(name, value);
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
            ["among"] = done is [{ Recollections: [var first, ..] }, ..] ? first.IdentifiedAmong ?? 1 : 1,
            ["columns"] = header.Columns.Select(column => Column(column, done)).ToArray(),
            ["warnings"] = ReportWarnings.For(header, done),
            ["pictures"] = done.Select(picture => Picture(folder, picture, columns, inline)).ToArray(),
            ["failed"] = pictures.Where(picture => picture.Error != null)
                .Select(picture => new Dictionary<string, object?> { ["source"] = picture.Source, ["error"] = picture.Error }).ToArray(),
        };
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
            ["cue"] = ReportWords.Number(Mean(all, one => one.Controls?.CueSpecificity)),
            ["switches"] = ReportWords.Number(Mean(all, one => one.Controls?.SwitchDependence)),
            ["weights"] = ReportWords.Number(Mean(all, one => one.Controls?.WeightDependence)),
        };
    }

    private static Dictionary<string, object?> Picture(string folder, ManifestPicture picture, Dictionary<string, ManifestColumn> columns, bool inline) => new()
    {
        ["name"] = Path.GetFileName(picture.Source),
        ["width"] = picture.Width,
        ["height"] = picture.Height,
        ["predicted"] = picture.PredictedName ?? $"class {picture.PredictedClass}",
        ["probability"] = string.Create(CultureInfo.InvariantCulture, $"{100 * picture.Probability:0} %"),
        ["original"] = Source(folder, picture.Original!, inline),
        ["recollections"] = picture.Recollections.Select(recollection => Recollection(folder, recollection, columns[recollection.Column], inline)).ToArray(),
    };

    private static Dictionary<string, object?> Recollection(string folder, ManifestRecollection recollection, ManifestColumn column, bool inline)
    {
        var controls = recollection.Controls;
        return new()
        {
            ["title"] = column.Title,
            ["variant"] = column.Variant,
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
