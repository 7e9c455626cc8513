using BioLearn.ML.Hebbian;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using BioLearn.ML.Tests.Rules;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Hebbian;

/// <summary>A competitive layer on patches of pictures.</summary>
public class CompetitivePatchTests
{
    private const int Channels = 2, Height = 7, Width = 8, Units = 3;

    private readonly MLContext _mlContext = new(seed: 3);

    [Theory]
    [InlineData(PatchPooling.Average, CompetitiveActivation.Triangle, 1, 0)]
    [InlineData(PatchPooling.Max, CompetitiveActivation.RectifiedPower, 1, 1)]
    [InlineData(PatchPooling.None, CompetitiveActivation.Linear, 2, 2)]
    [InlineData(PatchPooling.Max, CompetitiveActivation.Triangle, 2, 2)]
    public void Layer_gives_what_units_at_every_place_give_one_by_one(PatchPooling pooling, CompetitiveActivation activation, int stride, int padding)
    {
        PatchSpec spec = new(new TensorShape(Channels, Height, Width), Size: 3, stride) { Padding = padding, Pooling = pooling, PoolingSize = 2, PoolingStride = 1 };
        float[] weights = Numbers(1, Units * spec.Length), mean = Numbers(2, spec.Length), picture = Numbers(3, Channels * Height * Width);
        CompetitiveLayer layer = new("by hand", new RowPreparation(spec.Length, mean, [], UnitLength: true, 2.5f), weights, 2, activation, 1.5f, spec);
        float[] output = new float[layer.OutputShape.Size];

        ((IFeatureModel<CompetitiveLayer>)layer).CreateMapper(1)(picture, 1, [output]);

        Close.To<float>(ByHand(spec, weights, mean, picture, activation, 2.5), output, 1e-5, "output");
    }

    [Fact]
    public void Learning_on_patches_is_learning_on_rows_that_are_those_patches()
    {
        PatchSpec spec = new(new TensorShape(Channels, Height, Width), Size: 3) { Padding = 1, ContrastFloor = 0 };
        float[][] pictures = [.. Enumerable.Range(0, 20).Select(i => Numbers(i, Channels * Height * Width))];
        FloatRows rows = new(pictures[0].Length, pictures.Length);
        foreach (float[] picture in pictures)
            picture.CopyTo(rows.Add());
        FloatRows drawn = PatchRows.Draw(spec, rows, 300, seed: 7);
        CompetitiveOptions options = new() { OutputColumnName = "C", InputColumnName = "X", NumberOfUnits = 5, NumberOfEpochs = 2, Seed = 7 };
        IDataView patches = _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 300).Select(i => new Patch { X = drawn.Memory.Slice(i * spec.Length, spec.Length).ToArray() }));
        float[] dense = _mlContext.Transforms.CompetitiveLayer(options).Fit(patches).Model.GetWeights();

        options.Patches = spec;
        options.NumberOfPatches = 300;
        CompetitiveLayer layer = _mlContext.Transforms.CompetitiveLayer(options).Fit(_mlContext.Data.LoadFromEnumerable(pictures.Select(p => new Picture { X = p }))).Model;

        Assert.Equal(dense, layer.GetWeights());
        Assert.Equal(new TensorShape(5, 1, 2), layer.OutputShape);
    }

    [Fact]
    public void Patches_are_cut_where_they_lie_and_drawn_from_all_over()
    {
        PatchSpec spec = new(new TensorShape(1, 3, 3), Size: 2) { Padding = 1, SubtractPatchMean = false };
        float[] picture = [1, 2, 3, 4, 5, 6, 7, 8, 9], patches = new float[16 * 4];
        PatchRows.Unfold(spec, picture, patches);
        Assert.Equal([0, 0, 0, 1], patches[..4]);
        Assert.Equal([0, 0, 3, 0], patches[12..16]);
        Assert.Equal([1, 2, 4, 5], patches[20..24]);
        Assert.Equal([9, 0, 0, 0], patches[60..]);

        FloatRows rows = new(9, 2);
        picture.CopyTo(rows.Add());
        picture.Select(x => -x).ToArray().CopyTo(rows.Add());
        FloatRows drawn = PatchRows.Draw(spec, rows, 2000, seed: 1);
        Assert.Equal(32, Enumerable.Range(0, 2000).Select(i => string.Join(' ', drawn.Memory.Slice(i * 4, 4).ToArray())).Distinct().Count());
    }

    [Fact]
    public void Units_turn_to_the_edges_that_pictures_are_made_of()
    {
        // Pictures of one edge each, upright or level, dark to bright or bright to dark, anywhere, on any brightness.
        Random random = new(5);
        Picture[] pictures = [.. Enumerable.Range(0, 200).Select(i =>
        {
            int edge = random.Next(2, 6);
            float step = i % 4 < 2 ? 1 : -1, ground = (float)random.NextDouble();
            return new Picture { X = [.. Enumerable.Range(0, Channels * Height * Width).Select(p => ground + ((i % 2 == 0 ? p / Width % Height : p % Width) >= edge ? step : 0))] };
        })];
        CompetitiveOptions options = new()
        {
            OutputColumnName = "C",
            InputColumnName = "X",
            NumberOfUnits = 16,
            EnsureZeroMean = false,
            Patches = new PatchSpec(new TensorShape(Channels, Height, Width), Size: 2),
            NumberOfPatches = 4000,
        };
        float[] w = _mlContext.Transforms.CompetitiveLayer(options).Fit(_mlContext.Data.LoadFromEnumerable(pictures)).Model.GetWeights();
        foreach (float[] edge in (float[][])[[1, 1, -1, -1], [-1, -1, 1, 1], [1, -1, 1, -1], [-1, 1, -1, 1]])
        {
            float[] both = [.. edge, .. edge]; // in both channels
            Assert.InRange(Enumerable.Range(0, 16).Max(u => System.Numerics.Tensors.TensorPrimitives.CosineSimilarity<float>(w.AsSpan(u * 8, 8), both)), 0.99, 1.0001);
        }
    }

    [Fact]
    public void Patch_without_contrast_stays_small()
    {
        float[] patch = [0.3f, 0.3f, 0.3f, 0.30001f];
        new RowPreparation(4, [0.3f, 0.3f, 0.3f, 0.3f], [], UnitLength: true, LeastLength: 0.1f).Apply(patch);
        Assert.InRange(patch[3], 0, 1e-3);
    }

    [Fact]
    public void Wrong_sizes_are_refused_and_named()
    {
        void Refused(string option, PatchSpec spec)
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(() => _mlContext.Transforms.CompetitiveLayer(new CompetitiveOptions { Patches = spec }));
            Assert.Equal($"Patches.{option}", error.ParamName);
        }

        TensorShape shape = new(1, 6, 9);
        Refused("Picture", new(new TensorShape(0, 6, 9)));
        Refused("Picture", new(new TensorShape(60_000, 60_000, 60_000)));
        Refused("Size", new(shape, 0));
        Refused("Size", new(shape, 7));
        Refused("Stride", new(shape, 3, 0));
        Refused("Padding", new(shape, 3) { Padding = 3 });
        Refused("Padding", new(shape, 3) { Padding = -1 });
        Refused("ContrastFloor", new(shape, 3) { ContrastFloor = double.NaN });
        Refused("Pooling", new(shape, 3) { Pooling = (PatchPooling)9 });
        Refused("PoolingSize", new(shape, 3) { PoolingSize = 5 });
        Refused("PoolingStride", new(shape, 3) { PoolingStride = -1 });
        Assert.Equal(
            "NumberOfPatches",
            Assert.Throws<ArgumentOutOfRangeException>(() => _mlContext.Transforms.CompetitiveLayer(new CompetitiveOptions { NumberOfPatches = 0 })).ParamName);

        var other = Assert.Throws<InvalidOperationException>(() => _mlContext.Transforms
            .CompetitiveLayer(new CompetitiveOptions { InputColumnName = "X", Patches = new(shape, 3) }).Fit(_mlContext.Data.LoadFromEnumerable([new Picture { X = Numbers(1, Channels * Height * Width) }])));
        Assert.Contains("Patches.Picture is 1x6x9, 54 numbers, but rows of column 'X' have 112", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layer_saved_before_there_were_patches_still_loads()
    {
        ITransformer model = BioLearnModel.Load(_mlContext, FixtureFiles.Find("mlnet", "competitive-layer-1.zip")[0], out _);
        // Its third training row, and what the version that saved it made of that row.
        Random random = new(11);
        float[][] prototypes = [[1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1]];
        float[] row = [];
        for (int i = 0; i < 3; i++)
            row = [.. prototypes[i].Select(p => Math.Abs(p - (float)(0.2 * random.NextDouble())))];
        float[] made = model.Transform(_mlContext.Data.LoadFromEnumerable([new Six { Features = row }])).GetColumn<float[]>("Made").Single();
        Close.To<float>([1.3474222, 0, 0, 0], made, 1e-5, "activations");
    }

    private static double[] ByHand(PatchSpec spec, float[] weights, float[] mean, float[] picture, CompetitiveActivation activation, double leastLength)
    {
        int rows = ((Height + (2 * spec.Padding) - 3) / spec.Stride) + 1, columns = ((Width + (2 * spec.Padding) - 3) / spec.Stride) + 1;
        double[,,] active = new double[Units, rows, columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                double[] patch = new double[spec.Length];
                for (int i = 0; i < patch.Length; i++)
                {
                    int channel = i / 9, y = (row * spec.Stride) - spec.Padding + (i / 3 % 3), x = (column * spec.Stride) - spec.Padding + (i % 3);
                    patch[i] = y is >= 0 and < Height && x is >= 0 and < Width ? picture[(((channel * Height) + y) * Width) + x] : 0;
                }
                double own = patch.Average();
                patch = [.. patch.Select((v, i) => v - own - mean[i])];
                double length = Math.Max(leastLength, Math.Sqrt(patch.Sum(v => v * v)));
                double[] currents = [.. Enumerable.Range(0, Units).Select(u => patch.Select((v, i) => v / length * weights[(u * patch.Length) + i]).Sum())];
                double threshold = activation == CompetitiveActivation.Triangle ? currents.Average() : 0;
                for (int u = 0; u < Units; u++)
                    active[u, row, column] = activation == CompetitiveActivation.Linear ? currents[u] : Math.Pow(Math.Max(0, currents[u] - threshold), 1.5);
            }
        }
        if (spec.Pooling == PatchPooling.None)
            return [.. active.Cast<double>()];
        List<double> pooled = []; // windows of 2 x 2, one place apart
        for (int u = 0; u < Units; u++)
        {
            for (int row = 0; row + 1 < rows; row++)
            {
                for (int column = 0; column + 1 < columns; column++)
                {
                    double[] window = [active[u, row, column], active[u, row, column + 1], active[u, row + 1, column], active[u, row + 1, column + 1]];
                    pooled.Add(spec.Pooling == PatchPooling.Max ? window.Max() : window.Average());
                }
            }
        }
        return [.. pooled];
    }

    private static float[] Numbers(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble()) - 1))];
    }

    private sealed class Picture
    {
        [VectorType(Channels * Height * Width)]
        public float[] X { get; set; } = [];
    }

    private sealed class Patch
    {
        [VectorType(Channels * 9)]
        public float[] X { get; set; } = [];
    }

    private sealed class Six
    {
        [VectorType(6)]
        public float[] Features { get; set; } = [];
    }
}
