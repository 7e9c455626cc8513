namespace BioLearn.Onnx.Graph;

/// <summary>How Resize and Upsample read one axis: what each position of the output takes of the input, by the operator's definition.</summary>
internal sealed class Resampling
{
    private readonly int[] _sizes;
    private readonly int[] _outputs;
    private readonly double[] _scales;
    private readonly string _mode;
    private readonly string _coordinates;
    private readonly string _nearest;
    private readonly double _cubic;
    private readonly bool _excludeOutside;

    private Resampling(TensorShape shape, int[] outputs, double[] scales, string mode, string coordinates, string nearest, double cubic, bool excludeOutside)
    {
        _sizes = [.. shape.Dimensions];
        (_outputs, _scales, _mode, _coordinates, _nearest, _cubic, _excludeOutside) = (outputs, scales, mode, coordinates, nearest, cubic, excludeOutside);
    }

    public static Resampling Read(NodeReader node, TensorShape shape, int operatorSet)
    {
        bool old = node.OpType == "Upsample" || operatorSet < 11;
        if (node.Int("antialias", 0) != 0) throw node.Refusal("smooths while it shrinks (antialias)");
        if (node.Text("keep_aspect_ratio_policy", "stretch") != "stretch") throw node.Refusal("keeps the aspect ratio; only stretching can be read");
        int scalesAt = old ? 1 : 2;
        float[]? scales = node.Attribute("scales") is { } stored ? [.. stored.Floats] : node.HasInput(scalesAt) ? node.Constant(scalesAt).Floats : null;
        long[]? sizes = old || !node.HasInput(3) ? null : node.Constant(3).Longs;
        int named = scales is { Length: > 0 } ? scales.Length : sizes?.Length ?? 0;
        long[] axes = node.Ints("axes") ?? [.. Enumerable.Range(0, named).Select(i => (long)i)];
        if (named == 0 || axes.Length != named || (node.Ints("axes") is null && named != shape.Rank + 1)) throw node.Error($"has {named} sizes for an image of {shape}");
        int[] outputs = [.. shape.Dimensions];
        double[] factors = [.. Enumerable.Repeat(1.0, shape.Rank)];
        for (int i = 0; i < named; i++)
        {
            double scale = scales is { Length: > 0 } ? scales[i] : 0;
            if (axes[i] == 0 || axes[i] == -shape.Rank - 1)
            {
                if (scale is not (0 or 1)) throw node.Refusal("changes the number of images");
                continue;
            }
            int axis = node.SampleAxis(axes[i], shape);
            double size = scale > 0 ? Math.Floor(shape[axis] * (double)(float)scale) : sizes is null ? 0 : sizes[i];
            if (!(size >= 1 && size <= Limits.ActivationValues)) throw node.Error($"gives axis {axes[i]} a size of {size}");
            outputs[axis] = (int)size;
            factors[axis] = scale > 0 ? scale : size / shape[axis];
        }
        return new(
            shape, outputs, factors, node.Text("mode", "nearest"), node.Text("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel"),
            node.Text("nearest_mode", old ? "floor" : "round_prefer_floor"), node.Float("cubic_coeff_a", -0.75f), node.Int("exclude_outside", 0) != 0);
    }

    /// <summary>The map of one axis, or null if it stays as it is.</summary>
    public AxisMap? Map(NodeReader node, int axis)
    {
        int size = _sizes[axis], output = _outputs[axis];
        if (output == size && _scales[axis] == 1) return null;
        var rows = new List<(int At, double Weight)>[output];
        for (int i = 0; i < output; i++)
        {
            double x = Coordinate(node, i, size, output, _scales[axis]);
            rows[i] = _mode switch
            {
                "nearest" => [(Math.Clamp(Nearest(node, x), 0, size - 1), 1)],
                "linear" => Linear(Math.Clamp(x, 0, size - 1), size),
                "cubic" => Cubic(x, size),
                _ => throw node.Refusal($"resamples by \"{_mode}\"; nearest, linear and cubic can be reversed"),
            };
        }
        return _mode == "nearest" ? new AxisMap(size, [.. rows.Select(row => row[0].At)]) : Banded(size, rows);
    }

    private double Coordinate(NodeReader node, int i, int size, int output, double scale) => _coordinates switch
    {
        "half_pixel" => (i + .5) / scale - .5,
        "pytorch_half_pixel" => output > 1 ? (i + .5) / scale - .5 : 0,
        "half_pixel_symmetric" => size / 2.0 * (1 - output / (scale * size)) + (i + .5) / scale - .5,
        "align_corners" => output == 1 ? 0 : (double)i * (size - 1) / (output - 1),
        "asymmetric" => i / scale,
        "tf_half_pixel_for_nn" => (i + .5) / scale,
        _ => throw node.Refusal($"takes coordinates by \"{_coordinates}\""),
    };

    // In single precision, as runtimes do: a half is a half then.
    private int Nearest(NodeReader node, double x)
    {
        float f = (float)x;
        return _nearest switch
        {
            "round_prefer_floor" => f == MathF.Floor(f) + .5f ? (int)MathF.Floor(f) : (int)MathF.Round(f),
            "round_prefer_ceil" => (int)MathF.Floor(f + .5f),
            "floor" => (int)MathF.Floor(f),
            "ceil" => (int)MathF.Ceiling(f),
            _ => throw node.Refusal($"rounds by \"{_nearest}\""),
        };
    }

    private static List<(int, double)> Linear(double x, int size)
    {
        int low = Math.Min((int)x, size - 1), high = Math.Min(low + 1, size - 1);
        return [(low, 1 - (x - low)), (high, x - low)];
    }

    private List<(int, double)> Cubic(double x, int size)
    {
        int low = (int)Math.Floor(x);
        double t = x - low, a = _cubic;
        double[] weights = [Far(1 + t), Near(t), Near(1 - t), Far(2 - t)];
        var row = new List<(int At, double Weight)>();
        for (int k = 0; k < 4; k++)
        {
            int at = low - 1 + k;
            if (!_excludeOutside || (at >= 0 && at < size)) row.Add((Math.Clamp(at, 0, size - 1), weights[k]));
        }
        double sum = row.Sum(tap => tap.Weight);
        return _excludeOutside ? [.. row.Select(tap => (tap.At, tap.Weight / sum))] : row;

        double Near(double d) => ((a + 2) * d - (a + 3)) * d * d + 1;
        double Far(double d) => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
    }

    private static AxisMap Banded(int size, List<(int At, double Weight)>[] rows)
    {
        int taps = rows.Max(row => row.Max(tap => tap.At) - row.Min(tap => tap.At) + 1);
        int[] starts = [.. rows.Select(row => Math.Min(row.Min(tap => tap.At), size - taps))];
        var weights = new float[rows.Length * taps];
        for (int i = 0; i < rows.Length; i++)
        {
            foreach ((int at, double weight) in rows[i]) weights[i * taps + at - starts[i]] += (float)weight;
        }
        return new(size, starts, taps, weights);
    }
}
