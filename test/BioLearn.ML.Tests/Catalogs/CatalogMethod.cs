using System.Reflection;
using System.Runtime.CompilerServices;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using BioLearn.ML.Plasticity;
using BioLearn.ML.Rules;
using Microsoft.ML;

namespace BioLearn.ML.Tests.Catalogs;

/// <summary>
/// A method that BioLearn.ML adds to ML.NET's catalogs, found by reflection, so that what every component must do is tested of a new one without
/// naming it. Arguments are small: four units, one epoch, the columns of <see cref="CatalogRows"/>.
/// </summary>
internal sealed record CatalogMethod(MethodInfo Method)
{
    public static readonly Dictionary<string, object> Small = new(StringComparer.OrdinalIgnoreCase)
    {
        ["NumberOfEpochs"] = 1,
        ["HiddenUnits"] = new[] { 4 },
        ["Units"] = 4,
        ["NumberOfUnits"] = 4,
        ["NumberOfHiddenUnits"] = 4,
        ["Rank"] = 2,
        ["OutputColumnName"] = "Out",
        ["InputColumnName"] = "Features",
        ["Seed"] = 1,
        ["Picture"] = new TensorShape(1, 2, CatalogRows.Width / 2),
        ["Layers"] = new CompetitiveConvolution[] { new(4, 2) { PoolingSize = 2, PoolingPadding = 1 } },
        ["MetaTraining"] = new PlasticTrainerOptions { Task = new() { PatternSize = CatalogRows.Width, Patterns = 2, Cycles = 1, PatternKind = PatternKind.Balanced }, Updates = 1 },
    };

    private static readonly Lazy<string> PlasticNetwork = new(() =>
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("catalog").FullName, "network.blpn");
        var trainer = new PlasticRecurrentTrainer<float>((PlasticTrainerOptions)Small["MetaTraining"]);
        trainer.Train(null, default);
        new AssociativeMemory(trainer).Save(path);
        return path;
    });

    private static readonly Lazy<NetworkModelParameters> Network = new(() =>
    {
        MLContext mlContext = new(seed: 1);
        return mlContext.Regression.Trainers.FeedbackAlignment(new NetworkOptions { HiddenUnits = [4, 3], NumberOfEpochs = 1 }).Fit(CatalogRows.Of(mlContext, PredictionTask.Regression)).Model;
    });

    public static IReadOnlyList<CatalogMethod> All { get; } =
    [
        .. typeof(BioLearnModel).Assembly.GetExportedTypes().Where(type => type.IsAbstract && type.IsSealed)
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))
            .Where(method => method.IsDefined(typeof(ExtensionAttribute)))
            .Select(method => method.IsGenericMethodDefinition ? method.MakeGenericMethod(typeof(NetworkModelParameters)) : method)
            .Where(method => method.ReturnType.IsAssignableTo(typeof(IEstimator<ITransformer>)))
            .Select(method => new CatalogMethod(method)),
    ];

    /// <summary>Task of a trainer; null of a transform.</summary>
    public PredictionTask? Task => Method.GetParameters()[0].ParameterType.Name switch
    {
        nameof(MulticlassClassificationCatalog.MulticlassClassificationTrainers) => PredictionTask.Multiclass,
        nameof(BinaryClassificationCatalog.BinaryClassificationTrainers) => PredictionTask.Binary,
        nameof(RegressionCatalog.RegressionTrainers) => PredictionTask.Regression,
        _ => null,
    };

    /// <summary>Whether its <c>Fit</c> reads rows; what is there already reads none.</summary>
    public bool Learns => !Method.ReturnType.IsGenericType || Method.ReturnType.GetGenericTypeDefinition() != typeof(FittedModelEstimator<>);

    /// <summary>Unique, and the same in every run.</summary>
    public string Name => $"{Task?.ToString() ?? "Transforms"}.{Method.Name}({string.Join(", ", Method.GetParameters().Skip(1).Select(p => p.Name))})";

    public static CatalogMethod Named(string name) => All.Single(method => method.Name == name);

    /// <summary>Whether the component reads vectors; some read images.</summary>
    public bool ReadsVectors(MLContext mlContext)
    {
        try
        {
            Create(mlContext).GetOutputSchema(MlNetInterop.Shape(CatalogRows.Of(mlContext, Task).Schema));
            return true;
        }
        catch (ArgumentOutOfRangeException e) when (e.Message.Contains("expected Image", StringComparison.Ordinal))
        {
            return false;
        }
    }

    public IEstimator<ITransformer> Create(MLContext mlContext) => Create(mlContext, null);

    /// <param name="mlContext">The context.</param>
    /// <param name="options">Options in place of small ones; null for those.</param>
    public IEstimator<ITransformer> Create(MLContext mlContext, object? options)
        => (IEstimator<ITransformer>)Method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [.. Method.GetParameters().Select(p => p.ParameterType.IsInstanceOfType(options) ? options : Argument(mlContext, p))], null)!;

    /// <summary>Options of a type, with small sizes.</summary>
    public static object Options(Type type)
    {
        Type concrete = type.IsAbstract ? type.Assembly.GetTypes().Where(t => t.IsSubclassOf(type) && !t.IsAbstract).MinBy(t => t.Name, StringComparer.Ordinal)! : type;
        object options = Activator.CreateInstance(concrete)!;
        foreach (PropertyInfo property in concrete.GetProperties().Where(p => p.SetMethod?.IsPublic == true && p.PropertyType.IsInstanceOfType(Small.GetValueOrDefault(p.Name))))
            property.SetValue(options, Small[property.Name]);
        return options;
    }

    private object? Argument(MLContext mlContext, ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type.IsInstanceOfType(mlContext.Transforms) => mlContext.Transforms,
        var type when type.IsInstanceOfType(mlContext.MulticlassClassification.Trainers) => mlContext.MulticlassClassification.Trainers,
        var type when type.IsInstanceOfType(mlContext.BinaryClassification.Trainers) => mlContext.BinaryClassification.Trainers,
        var type when type.IsInstanceOfType(mlContext.Regression.Trainers) => mlContext.Regression.Trainers,
        var type when type == typeof(LearningRule) => new Backpropagation(),
        var type when type == typeof(BioLearnTrainer<NetworkModelParameters>) => mlContext.BinaryClassification.Trainers.Backpropagation(numberOfEpochs: 1),
        var type when type == typeof(NetworkModelParameters) => Network.Value,
        _ when parameter.Name == "networkPath" => PlasticNetwork.Value,
        var type when Small.TryGetValue(parameter.Name!, out object? small) && type.IsInstanceOfType(small) => small,
        _ when parameter.HasDefaultValue => parameter.DefaultValue,
        var type when type.Name.EndsWith("Options", StringComparison.Ordinal) => Options(type),
        var type => throw new NotSupportedException($"{Name}: no argument is known for '{parameter.Name}' of type {type}; add one here"),
    };
}
