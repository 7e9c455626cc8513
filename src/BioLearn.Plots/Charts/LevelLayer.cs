using OxyPlot;
using OxyPlot.Annotations;

namespace BioLearn.Plots;

/// <summary>A level line from one side to the other: chance, a published value, a target.</summary>
internal sealed class LevelLayer(string name, int number, SeriesStyle style, double y) : Layer(name, number, style)
{
    public override void AddTo(PlotModel model, Chart chart) => model.Annotations.Add(new LineAnnotation
    {
        Type = LineAnnotationType.Horizontal,
        Y = y,
        Color = Colour,
        StrokeThickness = 1.4,
        LineStyle = LineStyle.Dash,
    });
}
