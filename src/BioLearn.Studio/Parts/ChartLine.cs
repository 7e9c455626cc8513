namespace BioLearn.Studio.Parts;

/// <summary>A curve of a <see cref="LineChart"/>.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Points">Its points, from left to right.</param>
/// <param name="Style">Its class of style: <c>c0</c> to <c>c5</c>.</param>
public sealed record ChartLine(string Name, IReadOnlyList<(double X, double Y)> Points, string Style);
