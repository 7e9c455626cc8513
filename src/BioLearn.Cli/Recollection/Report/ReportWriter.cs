using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using BioLearn.ML.Hosting;
using BioLearn.Onnx.Measures;
using Fluid;

namespace BioLearn.Cli.Recollection.Report;

/// <summary>
/// Writes report.html: summary, warnings, a matrix a picture, legend, settings; of many pictures the first, the others on pages of their own. It depends on the
/// manifest's pictures alone, so that a resumed run writes the same pages.
/// </summary>
internal static class ReportWriter
{
    public const string FileName = "report.html";

    /// <summary>Up to this many pictures are put into the page itself, which then can be sent as one file; more stay in their folders beside it.</summary>
    private const int MostInlined = 150;

    /// <summary>Pictures of a page: what a browser still sorts at once.</summary>
    private const int PageSize = 500;

    /// <summary>Where the further pages are.</summary>
    private const string PagesFolder = "pages";

    /// <summary>Reads the template, in the background.</summary>
    public static Task<IFluidTemplate> Prepare() => Task.Run(() =>
        new FluidParser().TryParse(ReadTemplate(), out var template, out var error) ? template : throw new InvalidOperationException($"report template: {error}"));

    /// <summary>Writes the page beside the manifest.</summary>
    /// <param name="template">From <see cref="Prepare"/>.</param>
    /// <param name="folder">The results.</param>
    /// <param name="header">What was done.</param>
    /// <param name="pictures">All pictures; read once, a page at a time.</param>
    /// <param name="figures">What they come to.</param>
    /// <param name="command">The command line that made them.</param>
    public static async Task WriteAsync(IFluidTemplate template, string folder, ManifestHeader header, IEnumerable<ManifestPicture> pictures, RunFigures figures, string command)
    {
        var options = new TemplateOptions { CultureInfo = CultureInfo.InvariantCulture };
        var ofAll = OfAllPages(header, figures);
        ofAll["command"] = command;
        int pages = Math.Max(1, (figures.Done + PageSize - 1) / PageSize);
        DropPages(folder, pages);
        if (pages > 1)
            Directory.CreateDirectory(Path.Combine(folder, PagesFolder));
        int page = 0;
        foreach (ManifestPicture[] shown in pictures.Where(picture => picture.Error == null).Chunk(PageSize).DefaultIfEmpty([]))
        {
            page++;
            var context = new TemplateContext(options);
            foreach (var (name, value) in ofAll.Concat(Page(folder, header, figures, shown, page, pages)))
                context.SetValue(name, value);
            await SafeFile.WriteAsync(Path.Combine(folder, PageFile(page)), async file =>
            {
                await using var text = new StreamWriter(file, new UTF8Encoding(false), leaveOpen: true);
                await template.RenderAsync(text, context, HtmlEncoder.Default);
            });
        }
    }

    private static string PageFile(int page) => page == 1 ? FileName : $"{PagesFolder}/{page}.html";

    // Pages of an earlier run that had more pictures.
    private static void DropPages(string folder, int pages)
    {
        string further = Path.Combine(folder, PagesFolder);
        if (!Directory.Exists(further))
            return;
        foreach (string file in Directory.EnumerateFiles(further, "*.html"))
        {
            if (int.TryParse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture, out int page) && page > pages)
                File.Delete(file);
        }
    }

    private static string ReadTemplate()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("report.liquid")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>The pictures of one page, and the way to the others.</summary>
    private static Dictionary<string, object?> Page(string folder, ManifestHeader header, RunFigures figures, ManifestPicture[] shown, int page, int pages)
    {
        bool inline = figures.Done * (1 + header.Columns.Count) <= MostInlined;
        var columns = header.Columns.ToDictionary(column => column.Id);
        string[][] rows = Rows(header);
        string root = page == 1 ? "" : "../";
        int first = (page - 1) * PageSize;
        return new()
        {
            ["page"] = page,
            ["pages"] = pages,
            ["root"] = root,
            ["measures_file"] = root + MeasuresFile.FileName,
            ["first_page"] = root + FileName,
            ["previous"] = page > 1 ? root + PageFile(page - 1) : null,
            ["next"] = page < pages ? root + PageFile(page + 1) : null,
            ["has_index"] = shown.Length > 6,
            ["pictures"] = shown.Select((picture, i) => Picture(folder, root, picture, first + i, rows, columns, inline)).ToArray(),
        };
    }

    private static Dictionary<string, object?> OfAllPages(ManifestHeader header, RunFigures figures)
    {
        return new()
        {
            ["model_name"] = header.Model,
            ["model_sha"] = header.ModelSha256,
            ["preprocessing"] = header.Preprocessing,
            ["seed"] = header.Seed,
            ["controls"] = header.Controls,
            ["version"] = typeof(ReportWriter).Assembly.GetName().Version?.ToString(3),
            ["picture_words"] = figures.Done == 1 ? Path.GetFileName(figures.First!.Source) : $"{figures.Done} pictures",
            ["among"] = figures.Among,
            ["chance"] = string.Create(CultureInfo.InvariantCulture, $"{100.0 / figures.Among:0} %"),
            ["cells"] = Rows(header)[0].Length + 1,
            ["is_matrix"] = Rows(header).Length > 1,
            ["columns"] = header.Columns.Select(column => Column(column, figures[column])).ToArray(),
            ["warnings"] = ReportWarnings.For(header, figures),
            ["failed_count"] = figures.Failed,
            ["failed_more"] = figures.Failed - figures.FirstFailed.Count,
            ["failed"] = figures.FirstFailed.Select(picture => new Dictionary<string, object?> { ["source"] = picture.Source, ["error"] = picture.Error }).ToArray(),
        };
    }

    /// <summary>Columns as rows of a matrix, a cue a row, where every cue has every variant; else one row.</summary>
    private static string[][] Rows(ManifestHeader header)
    {
        var rows = header.Columns.GroupBy(column => column.Cue).Select(cue => cue.ToArray()).ToArray();
        var isMatrix = rows.Length > 1 && rows[0].Length > 1 && rows.All(row => row.Select(column => column.Variant).SequenceEqual(rows[0].Select(column => column.Variant)));
        return isMatrix ? [.. rows.Select(row => row.Select(column => column.Id).ToArray())] : [[.. header.Columns.Select(column => column.Id)]];
    }

    private static Dictionary<string, object?> Column(ManifestColumn column, ColumnFigures all)
    {
        return new()
        {
            ["title"] = column.Title,
            ["variant"] = column.Variant,
            ["cue_token"] = column.Cue,
            ["options"] = column.Options,
            ["edge"] = ControlWords.Number(all.Edge.Value),
            ["pearson"] = ControlWords.Number(all.Pearson.Value),
            ["ssim"] = ControlWords.Number(all.Ssim.Value),
            ["identified"] = $"{all.Identified} of {all.Count}",
            ["note"] = column.Note,
            ["cue"] = ControlWords.Number(all.CueSpecificity.Value),
            ["switches"] = ControlWords.Number(all.SwitchDependence.Value),
            ["weights"] = ControlWords.Number(all.WeightDependence.Value),
        };
    }

    private static Dictionary<string, object?> Picture(string folder, string root, ManifestPicture picture, int number, string[][] matrix, Dictionary<string, ManifestColumn> columns, bool inline)
    {
        var cells = picture.Recollections.ToDictionary(recollection => recollection.Column, recollection => Recollection(folder, root, recollection, columns[recollection.Column], inline));
        return new()
        {
            ["number"] = number,
            ["name"] = Path.GetFileName(picture.Source),
            ["width"] = picture.Width,
            ["height"] = picture.Height,
            ["predicted"] = picture.PredictedClass is { } best ? ClassWords(best, picture.PredictedName, picture.Probability) : null,
            ["also"] = (picture.Also ?? []).Select(one => ClassWords(one.Class, one.Name, one.Probability)).ToArray(),
            ["original"] = Source(folder, root, picture.Original!, inline),
            ["rows"] = matrix.Select((row, i) => new Dictionary<string, object?>
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

    private static Dictionary<string, object?> Recollection(string folder, string root, ManifestRecollection recollection, ManifestColumn column, bool inline)
    {
        var controls = recollection.Controls;
        return new()
        {
            ["title"] = column.Title,
            ["variant"] = column.Variant,
            ["note"] = column.Note,
            ["file"] = Source(folder, root, recollection.File, inline),
            ["edge"] = ControlWords.Number(recollection.EdgeCorrelation),
            ["edge_percent"] = (int)Math.Round(100 * Math.Clamp(recollection.EdgeCorrelation, 0, 1)),
            ["pearson"] = ControlWords.Number(recollection.Pearson),
            ["ssim"] = ControlWords.Number(recollection.Ssim),
            ["identified"] = recollection.Identified == true,
            ["among"] = recollection.IdentifiedAmong ?? 1,
            ["others"] = (recollection.IdentifiedAmong ?? 1) - 1,
            ["cue"] = ControlWords.Number(controls?.CueSpecificity),
            ["cue_words"] = controls?.CueSpecificity is { } specificity ? ControlWords.Cue(specificity) : null,
            ["cue_detail"] = $"against another class {ControlWords.Number(controls?.OtherClass)}, a constant {ControlWords.Number(controls?.Constant)}, a random current {ControlWords.Number(controls?.Random)}",
            ["switches"] = ControlWords.Number(controls?.SwitchDependence),
            ["switch_words"] = controls is null ? null : ControlWords.Switches(controls.SwitchDependence, recollection.EdgeCorrelation),
            ["weights"] = ControlWords.Number(controls?.WeightDependence),
            ["weight_words"] = controls is null ? null : ControlWords.Weights(controls.WeightDependence, recollection.EdgeCorrelation),
        };
    }

    private static string Source(string folder, string root, string file, bool inline) => inline
        ? "data:image/png;base64," + Convert.ToBase64String(File.ReadAllBytes(Path.Combine(folder, file)))
        : root + string.Join('/', file.Split('/').Select(Uri.EscapeDataString));
}
