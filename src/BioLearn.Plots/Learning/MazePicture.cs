using BioLearn.ML.Plasticity.Mazes;
using OxyPlot;

namespace BioLearn.Plots;

/// <summary>
/// An episode in a maze, in two panels: the way to the first reward, and all that was walked after it. Walls are grey, the rewarding cell is orange; a way grows darker
/// with time, and where it meets the reward the agent is put somewhere else, from where it goes on (a hollow mark).
/// </summary>
public sealed class MazePicture : Picture
{
    private static readonly OxyColor Wall = OxyColor.FromRgb(120, 120, 120), Goal = OxyColor.FromRgb(230, 159, 0), Early = OxyColor.FromRgb(170, 205, 235), Late = OxyColor.FromRgb(0, 70, 130);

    private readonly MazeOptions _options;
    private readonly MazeCell _goal;
    private readonly IReadOnlyList<MazeStep> _steps;

    /// <summary>Takes an episode.</summary>
    /// <param name="options">The maze.</param>
    /// <param name="goal">The rewarding cell.</param>
    /// <param name="steps">What was done; at least one step.</param>
    /// <exception cref="ArgumentException">There is no step.</exception>
    public MazePicture(MazeOptions options, MazeCell goal, IReadOnlyList<MazeStep> steps)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(steps);
        if (steps.Count == 0)
            throw new ArgumentException("There must be at least one step.", nameof(steps));
        (_options, _goal, _steps) = (options, goal, steps);
        Height = 440;
    }

    internal override void Draw(IRenderContext context, OxyRect place)
    {
        int first = 1 + Enumerable.Range(0, _steps.Count).FirstOrDefault(t => _steps[t].Reward > 0, _steps.Count - 1);
        double head = Title is null ? 6 : 34, side = Math.Min((place.Width - 30) / 2, place.Height - head - 34);
        if (Title is { } title)
            context.DrawText(new ScreenPoint(place.Center.X, place.Top + 8), title, Ink, Font, TitleSize, FontWeights.Normal, 0, HorizontalAlignment.Center, VerticalAlignment.Top);
        double left = place.Center.X - side - 10, right = place.Center.X + 10;
        int found = _steps.Count(step => step.Reward > 0);
        Panel(context, new(left, place.Top + head, side, side), 0, first, found == 0 ? $"never found in {_steps.Count} steps" : $"found after {first} steps");
        Panel(context, new(right, place.Top + head, side, side), first, _steps.Count, found == 0 ? "" : $"{found - 1} times more in the {_steps.Count - first} steps after it");
    }

    private void Panel(IRenderContext context, OxyRect place, int from, int to, string text)
    {
        double cell = place.Width / _options.Size;
        Maze maze = new(_options, new BioLearn.Kernels.Random.RandomStream(0, "walls"));
        for (int row = 0; row < _options.Size; row++)
        {
            for (int column = 0; column < _options.Size; column++)
            {
                OxyColor colour = maze.IsWall(new(row, column)) ? Wall : new MazeCell(row, column) == _goal ? Goal : OxyColors.White;
                context.DrawRectangle(new OxyRect(place.Left + (column * cell), place.Top + (row * cell), cell, cell), colour, Faint, .5, EdgeRenderingMode.Automatic);
            }
        }
        for (int t = from; t < to; t++)
        {
            ScreenPoint at = Point(t, place, cell);
            double age = to - from < 2 ? 1 : (t - from) / (to - from - 1.0);
            OxyColor colour = OxyColor.Interpolate(Early, Late, age);
            if (t == from || _steps[t - 1].Reward > 0)
                context.DrawEllipse(new OxyRect(at.X - (cell * .16), at.Y - (cell * .16), cell * .32, cell * .32), OxyColors.White, colour, 2, EdgeRenderingMode.Automatic);
            ScreenPoint next = _steps[t].Reward > 0 ? Centre(_goal, place, cell, 0) : t + 1 < _steps.Count ? Point(t + 1, place, cell) : at;
            context.DrawLine([at, next], colour, Math.Max(1.5, cell * .07), EdgeRenderingMode.Automatic);
        }
        context.DrawText(new ScreenPoint(place.Center.X, place.Bottom + 8), text, Ink, Font, FontSize, FontWeights.Normal, 0, HorizontalAlignment.Center, VerticalAlignment.Top);
    }

    /// <summary>Ways that lie on one another are drawn a little apart.</summary>
    private ScreenPoint Point(int t, OxyRect place, double cell) => Centre(_steps[t].Agent, place, cell, ((t * 7 % 11) - 5) * cell * .04);

    private static ScreenPoint Centre(MazeCell cell, OxyRect place, double size, double aside) => new(place.Left + ((cell.Column + .5) * size) + aside, place.Top + ((cell.Row + .5) * size) + aside);
}
