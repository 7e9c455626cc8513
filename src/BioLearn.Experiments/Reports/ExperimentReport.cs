using BioLearn.Experiments.Grids;
using BioLearn.Plots;

namespace BioLearn.Experiments.Reports;

/// <summary>
/// What an experiment's records say: its claims beside our numbers, its figures, what was chosen. Made from records alone; nothing is run.
/// </summary>
public sealed class ExperimentReport
{
    private readonly GridMap? _labels;

    /// <summary>Evaluates the claims and draws the figures that the grid file describes.</summary>
    /// <param name="results">What there is of the experiment.</param>
    /// <exception cref="InvalidDataException"><c>select</c> or <c>report</c> says something that is unknown, or speaks of settings or columns that are not there; the message has file, line and what was expected.</exception>
    public ExperimentReport(ExperimentResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        Results = results;
        ReportSpec spec = ReportReader.Report(results.Grid);
        _labels = spec.Labels;
        Title = spec.Title ?? (results.Grid.Summary.Length > 0 ? results.Grid.Summary : results.Grid.Name);
        Notes = spec.Notes;
        Selection selection = new(results, ReportReader.Selects(results.Grid));
        Selected = selection.Results;
        (FigureSpec Spec, AxisSpec X, AxisSpec Y)[] figures = [.. spec.Figures.Select(map => (ReportReader.Figure(map), ReportReader.Axis(map, "x"), ReportReader.Axis(map, "y")))];
        for (int i = 1; i < figures.Length; i++)
        {
            if (Array.FindIndex(figures, figure => figure.Spec.Name == figures[i].Spec.Name) is var first && first < i)
                throw spec.Figures[i].Find("name")!.Place.Error($"name: the figure at line {spec.Figures[first].Place.Line} is called '{figures[i].Spec.Name}', too; expected a name of its own: it names files");
        }
        ClaimEvaluation evaluation = new(results, selection, Label);
        Claims = [.. spec.Claims.Select(map => Checked(evaluation.Evaluate(ReportReader.Claim(map), figures.FirstOrDefault().Spec?.Name), map, [.. figures.Select(figure => figure.Spec.Name)]))];
        Flags = [.. spec.Flags.Select(path => (Label(path), string.Join(", ", results.Trials.Select(trial => trial.Settings).Concat(results.Missing).Select(settings => SettingLabel.Of(settings, path)).Distinct())))];
        Figures = Draw([.. figures.Where(figure => !results.AreKept || IsTable(figure.Spec.Kind))], selection);
    }

    /// <summary>Reads an experiment's <c>select</c> and <c>report</c> as if nothing had run yet: whether they say something clear.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <exception cref="InvalidDataException">They do not; the message has file, line and what was expected. Names of columns are not known before a trial has run.</exception>
    public static void Check(Experiment experiment)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        _ = new ExperimentReport(new(experiment.Grid, [], [.. experiment.Trials.Select(trial => trial.Settings)], "", []));
    }

    /// <summary>What the report was made from.</summary>
    public ExperimentResults Results { get; }

    /// <summary>Title of the experiment.</summary>
    public string Title { get; }

    /// <summary>Sentences of the grid file: compatibility flags, searches.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Settings that are listed as compatibility flags, with their values.</summary>
    public IReadOnlyList<(string Name, string Values)> Flags { get; }

    /// <summary>The claims, in the file's order.</summary>
    public IReadOnlyList<ClaimResult> Claims { get; }

    /// <summary>The figures, in the file's order.</summary>
    public IReadOnlyList<FigureResult> Figures { get; }

    internal IReadOnlyList<SelectionResult> Selected { get; }

    /// <summary>A name as the grid file's <c>labels</c> give it.</summary>
    internal string Label(string name) => (_labels?[name] as GridScalar)?.Text ?? name;

    private static ClaimResult Checked(ClaimResult claim, GridMap map, string[] figures) => claim.Figure is null || figures.Contains(claim.Figure) ? claim : throw map.Find("figure")!.Place.Error(NearestName.Unknown("figure", claim.Figure, figures));

    /// <summary>Whether a figure has so few places that a table of them can be read.</summary>
    internal static bool IsTable(FigureKind kind) => kind is FigureKind.Points or FigureKind.Bars or FigureKind.Cdf;

    private List<FigureResult> Draw((FigureSpec Spec, AxisSpec X, AxisSpec Y)[] figures, Selection selection)
    {
        var numbers = figures.Select(figure => new FigureNumbers(Results, selection, figure.Spec)).ToArray();
        if (Results.Trials.Count == 0)
            return [];
        IReadOnlyList<FigureSeries>[] series = [.. numbers.Select(one => one.Compute())];
        // One colour a name in the whole experiment; names with a label first.
        string[] names = [.. series.SelectMany(one => one).Select(one => one.Name).Distinct()];
        string[] ordered = [.. names.OrderBy(name => _labels?.Entries.Select(entry => entry.Key).ToList().IndexOf(name) is { } place and >= 0 ? place : int.MaxValue)];
        Dictionary<string, string> colours = ordered.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => Palette.Colour(pair.i));
        FigureDrawing drawing = new(Label, colours);
        return [.. figures.Select((figure, i) => new FigureResult(figure.Spec.Name, figure.Spec.Title ?? figure.Spec.Name, drawing.Draw(figure.Spec, figure.X, figure.Y, numbers[i], series[i]), series[i], Band(figure.Spec, series[i]))
        {
            HasTable = IsTable(figure.Spec.Kind),
            IsDistribution = figure.Spec.Kind == FigureKind.Cdf,
            Place = numbers[i].X is { } setting ? Label(setting) : "",
        })];
    }

    private static string Band(FigureSpec spec, IReadOnlyList<FigureSeries> series)
    {
        if (spec is { Kind: FigureKind.Cdf or FigureKind.Trajectories } or { Band: "none" })
            return "";
        string band = spec.Band switch
        {
            "sem" => "± standard error",
            "half-sem" => "± half a standard error",
            "sd" => "± standard deviation",
            "ci-95" => "95 % bootstrap interval of the mean",
            _ => "68 % bootstrap interval of the mean",
        };
        // Where trials of several settings come together, their number is not that of seeds.
        bool pools = series.Any(one => one.Points.Any(point => point.Seeds > 0 && point.Values.Count > point.Seeds));
        return $"{band} over {(pools ? "trials of several settings and seeds" : "seeds")}";
    }
}
