using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments.Reports;

/// <summary>The metrics that choices, claims and tables of a grid file need; curves that are only drawn are not among them.</summary>
internal static class KeptMetrics
{
    public static Metric[] Of(GridFile grid)
    {
        ReportSpec spec = ReportReader.Report(grid);
        IEnumerable<GridValue> values =
        [
            .. ReportReader.Selects(grid).Select(select => select.Metric),
            .. spec.Claims.Select(claim => ReportReader.Claim(claim).Metric),
            .. spec.Figures.Select(ReportReader.Figure).Where(figure => ExperimentReport.IsTable(figure.Kind)).SelectMany(figure => figure.Metric is GridList list ? list.Items : [figure.Metric]),
        ];
        return [.. values.Select(MetricReader.Read).SelectMany(metric => metric.Parts).DistinctBy(metric => metric.Key)];
    }
}
