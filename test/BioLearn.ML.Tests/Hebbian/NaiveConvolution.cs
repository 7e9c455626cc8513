using BioLearn.ML.Hebbian;

namespace BioLearn.ML.Tests.Hebbian;

/// <summary>
/// A layer of a competitive network as its equations say it: loops over pictures, places, units and taps, in double, pictures as [channel][row, column]. It shares nothing with what it checks
/// but the options.
/// </summary>
internal sealed class NaiveConvolution(CompetitiveConvolution options, int channels)
{
    private readonly SoftHebb _rule = (SoftHebb)options.Rule;

    /// <summary>[unit][channel, row, column].</summary>
    public double[][,,] Weights { get; } = [.. Enumerable.Range(0, options.Units).Select(_ => new double[channels, options.KernelSize, options.KernelSize])];

    public double[] RunningMean { get; } = new double[channels];

    public double[] RunningVariance { get; } = [.. Enumerable.Repeat(1.0, channels)];

    /// <summary>The learning step of a mini-batch.</summary>
    /// <returns>What goes to the next layer.</returns>
    public double[][][,] Learn(double[][][,] pictures)
    {
        double[] mean = new double[channels], deviation = new double[channels];
        for (int c = 0; c < channels; c++)
        {
            double[] values = [.. pictures.SelectMany(picture => picture[c].Cast<double>())];
            mean[c] = values.Average();
            double squares = values.Sum(v => (v - mean[c]) * (v - mean[c]));
            deviation[c] = Math.Sqrt((squares / values.Length) + 1e-5);
            RunningMean[c] = (0.9 * RunningMean[c]) + (0.1 * mean[c]);
            RunningVariance[c] = (0.9 * RunningVariance[c]) + (0.1 * squares / (values.Length - 1));
        }
        double[][][,] normalized = Normalized(pictures, mean, deviation), currents = [.. normalized.Select(Currents)];
        double[][,,] change = Change(normalized, currents);
        double[][][,] output = [.. currents.Select(Answer)];
        double largest = change.Max(delta => delta.Cast<double>().Max(Math.Abs));
        for (int u = 0; u < options.Units; u++)
        {
            double length = Math.Sqrt(Weights[u].Cast<double>().Sum(w => w * w)), rate = options.LearningRate * Math.Pow(Math.Abs(length - 1), options.RadiusPower);
            Each((c, y, x) => Weights[u][c, y, x] += rate * change[u][c, y, x] / largest);
        }
        return output;
    }

    /// <summary>What the finished layer gives.</summary>
    public double[][][,] Pass(double[][][,] pictures) =>
        [.. Normalized(pictures, RunningMean, [.. RunningVariance.Select(v => Math.Sqrt(v + 1e-5))]).Select(Currents).Select(Answer)];

    private double[][][,] Normalized(double[][][,] pictures, double[] mean, double[] deviation) => options.Normalize
        ? [.. pictures.Select(picture => picture.Select((plane, c) => Map(plane, v => (v - mean[c]) / deviation[c])).ToArray())]
        : pictures;

    private double[][,] Currents(double[][,] picture)
    {
        (int rows, int columns) = Places(picture);
        double[][,] currents = new double[options.Units][,];
        for (int u = 0; u < options.Units; u++)
        {
            currents[u] = new double[rows, columns];
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                {
                    double sum = 0;
                    Each((c, y, x) => sum += Weights[u][c, y, x] * Pixel(picture[c], i, j, y, x));
                    currents[u][i, j] = sum;
                }
            }
        }
        return currents;
    }

    /// <summary>Σ g (x − I w), g the softmax of the currents at a place, of losers with its sign turned.</summary>
    private double[][,,] Change(double[][][,] pictures, double[][][,] currents)
    {
        double[][,,] change = [.. Enumerable.Range(0, options.Units).Select(_ => new double[channels, options.KernelSize, options.KernelSize])];
        for (int n = 0; n < pictures.Length; n++)
        {
            (int rows, int columns) = Places(pictures[n]);
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                {
                    double[] here = [.. Enumerable.Range(0, options.Units).Select(u => currents[n][u][i, j])];
                    double most = here.Max(), sum = here.Sum(v => Math.Exp(_rule.InverseTemperature * (v - most)));
                    int winner = Array.IndexOf(here, most);
                    for (int u = 0; u < options.Units; u++)
                    {
                        double g = Math.Exp(_rule.InverseTemperature * (here[u] - most)) / sum;
                        g = _rule.AntiHebbianLosers && u != winner ? -g : g;
                        Each((c, y, x) => change[u][c, y, x] += g * (Pixel(pictures[n][c], i, j, y, x) - (here[u] * Weights[u][c, y, x])));
                    }
                }
            }
        }
        return change;
    }

    private double[][,] Answer(double[][,] currents)
    {
        int rows = currents[0].GetLength(0), columns = currents[0].GetLength(1);
        double[][,] active = [.. currents.Select(_ => new double[rows, columns])];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                double threshold = options.Activation == CompetitiveActivation.Triangle ? currents.Average(plane => plane[i, j]) : 0;
                for (int u = 0; u < options.Units; u++)
                    active[u][i, j] = options.Activation == CompetitiveActivation.Linear ? currents[u][i, j] : Math.Pow(Math.Max(0, currents[u][i, j] - threshold), options.ActivationPower);
            }
        }
        return options.Pooling == PatchPooling.None ? active : [.. active.Select(Pool)];
    }

    private double[,] Pool(double[,] plane)
    {
        int stride = options.PoolingStride == 0 ? options.PoolingSize : options.PoolingStride;
        int rows = Windows(plane.GetLength(0)), columns = Windows(plane.GetLength(1));
        double[,] pools = new double[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                List<double> window = [];
                for (int y = 0; y < options.PoolingSize; y++)
                {
                    for (int x = 0; x < options.PoolingSize; x++)
                    {
                        int row = (i * stride) + y - options.PoolingPadding, column = (j * stride) + x - options.PoolingPadding;
                        if (row >= 0 && column >= 0 && row < plane.GetLength(0) && column < plane.GetLength(1))
                            window.Add(plane[row, column]);
                    }
                }
                pools[i, j] = options.Pooling == PatchPooling.Max ? window.Max() : window.Average();
            }
        }
        return pools;

        int Windows(int places) => ((places + (2 * options.PoolingPadding) - options.PoolingSize) / stride) + 1;
    }

    private double Pixel(double[,] plane, int i, int j, int y, int x)
    {
        int row = (i * options.Stride) + y - options.Padding, column = (j * options.Stride) + x - options.Padding, height = plane.GetLength(0), width = plane.GetLength(1);
        if (options.Border == BorderPadding.Reflect)
            return plane[Mirrored(row, height), Mirrored(column, width)];
        return row >= 0 && column >= 0 && row < height && column < width ? plane[row, column] : 0;

        static int Mirrored(int at, int size) => at < 0 ? -at : at >= size ? (2 * (size - 1)) - at : at;
    }

    private (int Rows, int Columns) Places(double[][,] picture) => (
        ((picture[0].GetLength(0) + (2 * options.Padding) - options.KernelSize) / options.Stride) + 1,
        ((picture[0].GetLength(1) + (2 * options.Padding) - options.KernelSize) / options.Stride) + 1);

    private void Each(Action<int, int, int> tap)
    {
        for (int c = 0; c < channels; c++)
        {
            for (int y = 0; y < options.KernelSize; y++)
            {
                for (int x = 0; x < options.KernelSize; x++)
                    tap(c, y, x);
            }
        }
    }

    private static double[,] Map(double[,] plane, Func<double, double> f)
    {
        double[,] mapped = new double[plane.GetLength(0), plane.GetLength(1)];
        for (int i = 0; i < plane.GetLength(0); i++)
        {
            for (int j = 0; j < plane.GetLength(1); j++)
                mapped[i, j] = f(plane[i, j]);
        }
        return mapped;
    }
}
