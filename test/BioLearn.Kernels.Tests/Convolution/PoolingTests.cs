using BioLearn.Kernels.Convolution;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Convolution;

[EveryWidth]
public class PoolingTests
{
    private static readonly PoolingShape Overlapping = PoolingShape.Forward(3, 13, 11, (3, 3), (2, 2), (0, 0, 0, 0), (1, 1));
    private static readonly PoolingShape Padded = PoolingShape.Forward(2, 8, 9, (3, 3), (2, 2), (1, 1, 1, 1), (1, 1));
    private static readonly PoolingShape Ceiling = PoolingShape.Forward(2, 8, 7, (3, 2), (2, 2), (0, 0, 0, 0), (1, 1), ceiling: true);
    private static readonly PoolingShape Dilated = PoolingShape.Forward(1, 9, 9, (2, 3), (1, 2), (1, 1, 1, 1), (2, 2));

    private static readonly PoolingShape Wide = PoolingShape.Forward(2, 55, 83, (3, 3), (2, 2), (1, 1, 1, 1), (1, 1));
    private static readonly PoolingShape Tripled = PoolingShape.Forward(2, 12, 70, (2, 5), (1, 3), (0, 2, 1, 2), (1, 2));

    public static TheoryData<string> Names => ["overlapping", "padded", "ceiling", "dilated", "wide", "tripled"];

    private static PoolingShape Shape(string name) => name switch
    {
        "overlapping" => Overlapping,
        "padded" => Padded,
        "ceiling" => Ceiling,
        "wide" => Wide,
        "tripled" => Tripled,
        _ => Dilated,
    };

    [Fact]
    public void Ceiling_keeps_a_last_window_that_hangs_over()
    {
        Assert.Equal((4, 4), (Ceiling.OutputHeight, Ceiling.OutputWidth));
        Assert.Equal(3, PoolingShape.Forward(1, 8, 8, (3, 3), (2, 2), (0, 0, 0, 0), (1, 1)).OutputHeight);
        // The second window would start in the trailing padding: left out.
        Assert.Equal(1, PoolingShape.Forward(1, 4, 4, (2, 2), (5, 5), (1, 1, 1, 1), (1, 1), ceiling: true).OutputHeight);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Max_pooling_finds_the_first_maximum_in_raster_order(string name)
    {
        var s = Shape(name);
        const int Batch = 2;
        // Few distinct values, so that most windows hold ties.
        float[] x = [.. Reference.Numbers(Batch * s.InputLength, 1).Select(v => MathF.Round((float)v * 2))];
        var y = new float[Batch * s.OutputLength];
        var switches = new int[y.Length];
        MaxPooling.Forward<float>(s, Batch, x, y, switches);
        ForEachWindow(s, Batch, (plane, window, cells) =>
        {
            int best = cells.First(c => x[plane * s.Height * s.Width + c] == cells.Max(d => x[plane * s.Height * s.Width + d]));
            Assert.Equal(best, switches[window]);
            Assert.Equal(x[plane * s.Height * s.Width + best], y[window]);
        });
    }

    [Fact]
    public void Max_pooling_passes_NaN_on_in_wide_pictures()
    {
        var shape = PoolingShape.Forward(1, 3, 101, (3, 3), (2, 2), (0, 0, 0, 0), (1, 1));
        double[] x = [.. Reference.Numbers(303, 1)];
        x[101 + 10] = x[101 + 11] = x[202 + 9] = double.NaN;
        var y = new double[50];
        var switches = new int[50];
        MaxPooling.Forward<double>(shape, 1, x, y, switches);
        // Window 4 covers columns 8 to 10, window 5 columns 10 to 12: the first NaN in raster order is at row 1, column 10.
        Assert.Equal([111, 111], switches[4..6]);
        Assert.Equal([4, 5], Enumerable.Range(0, 50).Where(j => double.IsNaN(y[j])));
    }

    [Fact]
    public void Max_pooling_passes_NaN_on()
    {
        var shape = PoolingShape.Forward(1, 2, 2, (2, 2), (2, 2), (0, 0, 0, 0), (1, 1));
        var y = new double[1];
        var switches = new int[1];
        MaxPooling.Forward<double>(shape, 1, [1, double.NaN, 3, double.NaN], y, switches);
        Assert.Equal((double.NaN, 1), (y[0], switches[0]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Unpooling_writes_last_and_sums_all(string name)
    {
        var s = Shape(name);
        const int Batch = 2;
        var x = Reference.Numbers(Batch * s.InputLength, 2);
        var y = new double[Batch * s.OutputLength];
        var switches = new int[y.Length];
        MaxPooling.Forward<double>(s, Batch, x, y, switches);
        var r = Reference.Numbers(y.Length, 3);
        double[] last = new double[x.Length], sum = new double[x.Length], all = new double[x.Length];
        double[] expectedLast = new double[x.Length], expectedSum = new double[x.Length], expectedAll = new double[x.Length];
        ForEachWindow(s, Batch, (plane, window, cells) =>
        {
            int start = plane * s.Height * s.Width;
            expectedLast[start + switches[window]] = r[window];
            expectedSum[start + switches[window]] += r[window];
            foreach (int cell in cells) expectedAll[start + cell] = r[window];
        });
        Unpooling.Write<double>(s, Batch, r, switches, last);
        Unpooling.Sum<double>(s, Batch, r, switches, sum);
        Unpooling.Distribute<double>(s, Batch, r, all);
        Assert.Equal(expectedLast, last);
        Assert.Equal(expectedSum, sum);
        Assert.Equal(expectedAll, all);
    }

    [Fact]
    public void Unpooling_refuses_a_switch_outside_the_plane()
    {
        var shape = PoolingShape.Forward(1, 4, 4, (2, 2), (2, 2), (0, 0, 0, 0), (1, 1));
        Assert.Throws<IndexOutOfRangeException>(() => Unpooling.Write<float>(shape, 1, new float[4], [0, 1, 2, 16], new float[16]));
    }

    [Fact]
    public void Nearest_enlarges_each_value_to_a_block()
    {
        var x = new float[24];
        Unpooling.Nearest<float>(2, 1, 2, 2, 3, [1, 2, 3, 4], x);
        Assert.Equal([1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4], x);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Average_pooling_divides_by_its_count_and_its_adjoint_is_adjoint(string name)
    {
        var s = Shape(name);
        const int Batch = 2;
        var x = Reference.Numbers(Batch * s.InputLength, 4);
        var r = Reference.Numbers(Batch * s.OutputLength, 5);
        foreach (bool includePadding in new[] { false, true })
        {
            var y = new double[r.Length];
            var back = new double[x.Length];
            AveragePooling.Forward<double>(s, Batch, includePadding, x, y);
            AveragePooling.Adjoint<double>(s, Batch, includePadding, r, back);
            Assert.Equal(Reference.Dot(y, r), Reference.Dot(x, back), 1e-12);
            if (!includePadding)
            {
                ForEachWindow(s, Batch, (plane, window, cells) =>
                    Assert.Equal(cells.Average(c => x[plane * s.Height * s.Width + c]), y[window], 1e-14));
            }
        }
    }

    [Fact]
    public void Average_with_padding_included_counts_the_padding_but_not_what_hangs_over_it()
    {
        var padded = PoolingShape.Forward(1, 2, 2, (2, 2), (2, 2), (1, 1, 1, 1), (1, 1));
        var y = new double[4];
        AveragePooling.Forward<double>(padded, 1, true, [4, 8, 12, 16], y);
        Assert.Equal([1, 2, 3, 4], y);
        AveragePooling.Forward<double>(padded, 1, false, [4, 8, 12, 16], y);
        Assert.Equal([4, 8, 12, 16], y);
        var ceiling = PoolingShape.Forward(1, 3, 3, (2, 2), (2, 2), (0, 0, 0, 0), (1, 1), ceiling: true);
        AveragePooling.Forward<double>(ceiling, 1, true, [1, 1, 2, 1, 1, 4, 6, 8, 5], y);
        Assert.Equal([1, 3, 7, 5], y);
    }

    private static void ForEachWindow(PoolingShape s, int batch, Action<int, int, List<int>> visit)
    {
        int window = 0;
        for (int plane = 0; plane < batch * s.Channels; plane++)
            for (int i = 0; i < s.OutputHeight; i++)
                for (int j = 0; j < s.OutputWidth; j++, window++)
                {
                    var cells = new List<int>();
                    for (int u = 0; u < s.KernelHeight; u++)
                        for (int v = 0; v < s.KernelWidth; v++)
                        {
                            int row = i * s.StrideY + u * s.DilationY - s.PadTop, column = j * s.StrideX + v * s.DilationX - s.PadLeft;
                            if (row >= 0 && row < s.Height && column >= 0 && column < s.Width) cells.Add(row * s.Width + column);
                        }

                    visit(plane, window, cells);
                }
    }
}
