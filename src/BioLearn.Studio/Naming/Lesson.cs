using System.Collections.Immutable;
using System.Numerics.Tensors;
using BioLearn.ML.Hosting;
using BioLearn.ML.Naming;
using BioLearn.ML.Naming.Svm;
using BioLearn.Onnx.Images;
using BioLearn.Studio.Pictures;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Studio.Naming;

/// <summary>
/// Concept cells after the examples that they were shown, one after the other, and a support vector machine on the same features. A lesson never
/// changes: teaching gives another one, so that what is being asked of this one goes on.
/// </summary>
internal sealed class Lesson
{
    private const string Features = nameof(Row.Features);

    private readonly PredictionTransformer<NamingModelParameters>? _cells;
    private readonly SupportVectorClassifier? _svm;

    private Lesson(ISenses senses, ImmutableArray<Example> examples, PredictionTransformer<NamingModelParameters>? cells)
    {
        (Senses, Examples, _cells) = (senses, examples, cells);
        Names = [.. cells?.ClassNames ?? []];
        if (cells is null)
            return;
        _svm = Names.Length > 1 ? Svm() : null;
        Own = [.. Names.Select((name, cell) => Of(name).Max(example => Potentials(example.Features)[cell]))];
    }

    /// <summary>What the cells see.</summary>
    public ISenses Senses { get; }

    /// <summary>The examples in the order in which they were shown.</summary>
    public ImmutableArray<Example> Examples { get; }

    /// <summary>The names in the order of their cells.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>The potential of each cell at its own example.</summary>
    public ImmutableArray<float> Own { get; } = [];

    /// <summary>A lesson before its first word.</summary>
    public static Lesson Before(ISenses senses) => new(senses, [], null);

    /// <summary>The examples of a name.</summary>
    public IEnumerable<Example> Of(string name) => Examples.Where(example => example.Name == name);

    /// <summary>The lesson with one more example; every cell but that of its name stays as it is.</summary>
    /// <exception cref="LessonException">Nothing in the picture makes the network fire.</exception>
    public Lesson Teach(string name, ShownPicture picture)
    {
        float[] features = Senses.Look(picture.Image);
        if (IsSilent(features))
            throw new LessonException($"{picture.Name}: nothing in this picture makes the network fire, so it would teach nothing. It is blank, or too faint; expected a picture with edges");
        return With(new(name, picture, features));
    }

    /// <summary>The connections of the other cells before and after the last example was shown.</summary>
    public Untouched? Compare(Lesson before)
    {
        if (_cells is null || before._cells is null)
            return null;
        string taught = Examples[^1].Name;
        long connections = 0, changed = 0;
        int cells = 0;
        for (int cell = 0; cell < before.Names.Length; cell++)
        {
            if (before.Names[cell] == taught)
                continue;
            double[] then = before._cells.Model.GetWeights(cell), now = _cells.Model.GetWeights(cell);
            for (int i = 0; i < then.Length; i++)
                changed += BitConverter.DoubleToInt64Bits(then[i]) == BitConverter.DoubleToInt64Bits(now[i]) ? 0 : 1;
            connections += then.Length;
            cells++;
        }
        return new(taught, cells, connections, changed);
    }

    /// <summary>The lesson held anew without an example.</summary>
    public Lesson Without(Example example) => Held(Senses, Examples.Remove(example));

    /// <summary>The lesson held anew with another word for a name.</summary>
    public Lesson Renamed(string name, string word) => Held(Senses, Examples.Select(example => example.Name == name ? example with { Name = word } : example));

    /// <summary>The lesson held anew for cells that see something else.</summary>
    /// <exception cref="LessonException">Nothing in a picture makes that network fire.</exception>
    public Lesson Seen(ISenses senses) => Examples.Aggregate(Before(senses), (lesson, example) => lesson.Teach(example.Name, example.Picture));

    /// <summary>What cells and support vector machine say of a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="share">From which share of what its own example gives a cell fires.</param>
    public Answer Ask(ShownPicture picture, double share)
    {
        float[] features = Senses.Look(picture.Image);
        return new(picture, Names, _cells is null ? [] : Potentials(features), Threshold(share), _svm is null ? null : Names[SvmChoice(features)], IsSilent(features));
    }

    /// <summary>The potential from which a cell fires: a share of what the cells' own examples give on average.</summary>
    public float Threshold(double share) => Own.IsEmpty ? 0 : (float)(share * Own.Average());

    /// <summary>What a name's cell recalls.</summary>
    public IReadOnlyList<Recalled> Recall(string name)
    {
        int cell = Names.IndexOf(name);
        return Senses.Recall(_cells!.Model.Recall(cell), Of(name).First().Picture.Image);
    }

    private static Lesson Held(ISenses senses, IEnumerable<Example> examples) => examples.Aggregate(Before(senses), (lesson, example) => lesson.With(example));

    private static bool IsSilent(float[] features) => features.AsSpan().IndexOfAnyExcept(0f) < 0;

    private Lesson With(Example example)
    {
        var cells = _cells is null ? First(example) : _cells.TeachName(example.Name, example.Features);
        return new(Senses, Examples.Add(example), cells);
    }

    private PredictionTransformer<NamingModelParameters> First(Example example)
    {
        MLContext context = new(1);
        return context.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Name))
            .Append(context.MulticlassClassification.Trainers.OneShotNaming(new OneShotNamingOptions { FeatureColumnName = Features, Coding = Senses.Coding, Seed = 1 }))
            .Fit(View(context, example.Features, example.Name)).LastTransformer;
    }

    private float[] Potentials(float[] features)
    {
        MLContext context = new(1);
        return _cells!.Transform(View(context, features, "")).GetColumn<float[]>("Score").Single();
    }

    private SupportVectorClassifier Svm()
    {
        double[][] points = [.. Examples.Select(example => Wide(example.Features))];
        int[] classes = [.. Examples.Select(example => Names.IndexOf(example.Name))];
        return SupportVectorClassifier.Train(points, classes, Names.Length, 1, SupportVectorClassifier.GammaOfVariance(points), standardize: false, 1e-3);
    }

    private int SvmChoice(float[] features)
    {
        float[] votes = new float[Names.Length];
        _svm!.Score(Wide(features), breakTies: true, votes);
        return TensorPrimitives.IndexOfMax<float>(votes);
    }

    private static double[] Wide(float[] features) => Array.ConvertAll(features, value => (double)value);

    private static IDataView View(MLContext context, float[] features, string name)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[Features].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features.Length);
        return context.Data.LoadFromEnumerable([new Row { Features = features, Name = name }], schema);
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public string Name { get; set; } = "";
    }
}

/// <summary>A picture cannot teach what it should; the message names it.</summary>
internal sealed class LessonException(string message) : Exception(message);
