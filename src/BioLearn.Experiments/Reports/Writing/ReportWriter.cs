using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using BioLearn.ML.Hosting;
using Fluid;

namespace BioLearn.Experiments.Reports;

/// <summary>
/// Writes reports of experiments: one page of HTML that needs no other file, claims of all experiments at its top; beside it each figure as SVG, PNG,
/// CSV, and tables as Markdown and LaTeX.
/// </summary>
public static class ReportWriter
{
    /// <summary>Name of the page.</summary>
    public const string Page = "report.html";

    private static readonly Lazy<IFluidTemplate> Template = new(Parse);

    /// <summary>Writes page, figures and tables; what is there is replaced.</summary>
    /// <param name="folder">The folder; made if it is not there.</param>
    /// <param name="reports">At least one.</param>
    /// <param name="made">When the report was made, as the page says it.</param>
    /// <returns>Path of the page.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static string Write(string folder, IReadOnlyList<ExperimentReport> reports, DateTimeOffset made)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentNullException.ThrowIfNull(reports);
        Directory.CreateDirectory(folder);
        foreach (ExperimentReport report in reports)
        {
            string own = Path.Combine(folder, Slug(report));
            Directory.CreateDirectory(own);
            foreach (FigureResult figure in report.Figures)
                Write(Path.Combine(own, figure.Name), figure, report);
        }
        TextTable claims = ClaimTable.Of(reports);
        SafeFile.WriteText(Path.Combine(folder, "claims.md"), claims.Markdown());
        SafeFile.WriteText(Path.Combine(folder, "claims.tex"), claims.Latex());
        SafeFile.WriteText(Path.Combine(folder, "claims.csv"), claims.Csv());
        TemplateContext context = new(new TemplateOptions { CultureInfo = CultureInfo.InvariantCulture });
        foreach ((string name, object value) in ReportPage.Values(reports, made))
            context.SetValue(name, value);
        string page = Path.Combine(folder, Page);
        SafeFile.WriteText(page, Template.Value.Render(context, HtmlEncoder.Default));
        return page;
    }

    /// <summary>The subfolder of an experiment's figures: the name of its grid file.</summary>
    internal static string Slug(ExperimentReport report) => string.Concat(report.Results.File.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'));

    private static void Write(string path, FigureResult figure, ExperimentReport report)
    {
        figure.Picture.Save($"{path}.svg");
        figure.Picture.Save($"{path}.png");
        SafeFile.WriteText($"{path}.csv", figure.Numbers().Csv());
        if (!figure.HasTable)
            return;
        TextTable table = figure.Table(report.Label);
        SafeFile.WriteText($"{path}.md", table.Markdown());
        SafeFile.WriteText($"{path}.tex", table.Latex());
    }

    private static IFluidTemplate Parse()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("experiment-report.liquid")!;
        using StreamReader reader = new(stream, Encoding.UTF8);
        return new FluidParser().TryParse(reader.ReadToEnd(), out IFluidTemplate template, out string error) ? template : throw new InvalidOperationException($"report template: {error}");
    }
}
