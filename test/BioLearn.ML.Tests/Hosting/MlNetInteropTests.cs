using System.Reflection;
using System.Runtime.CompilerServices;
using BioLearn.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace BioLearn.ML.Tests.Hosting;

/// <summary>Fails the day an ML.NET version renames a member that the project reaches from outside.</summary>
public class MlNetInteropTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    public static TheoryData<string> Accessors() => [.. AccessorMethods(typeof(MlNetInterop)).Select(method => method.ToString()!)];

    [Theory]
    [MemberData(nameof(Accessors))]
    public void Accessor_binds_to_a_member_of_this_MlNet_version(string accessor)
    {
        var method = AccessorMethods(typeof(MlNetInterop)).Single(m => m.ToString() == accessor);

        RuntimeHelpers.PrepareMethod(method.MethodHandle); // makes the stub, which looks the member up
    }

    [Fact]
    public void Accessor_of_a_member_that_is_not_there_is_found_out_by_the_test_above()
    {
        var wrong = AccessorMethods(typeof(MlNetInteropTests)).Single();

        Assert.Throws<MissingMethodException>(() => RuntimeHelpers.PrepareMethod(wrong.MethodHandle));
    }

    [Fact]
    public void Environment_of_every_catalog_is_the_contexts()
    {
        IHostEnvironment[] environments =
        [
            MlNetInterop.Environment(_mlContext.MulticlassClassification.Trainers),
            MlNetInterop.Environment(_mlContext.BinaryClassification.Trainers),
            MlNetInterop.Environment(_mlContext.Regression.Trainers),
            MlNetInterop.Environment(_mlContext.Clustering),
            MlNetInterop.Environment(_mlContext.Transforms),
        ];

        Assert.All(environments, environment => Assert.Same(_mlContext.ComponentCatalog, environment.ComponentCatalog));
    }

    [Fact]
    public void IsCanceled_follows_CancelExecution()
    {
        var host = MlNetInterop.Environment(_mlContext.Transforms).Register("test");
        Assert.False(MlNetInterop.IsCanceled(host));

        typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(_mlContext, null);

        Assert.True(MlNetInterop.IsCanceled(host));
    }

    [Fact]
    public void Gpu_settings_are_the_contexts()
    {
        var environment = MlNetInterop.Environment(_mlContext.Transforms);
        Assert.Null(MlNetInterop.GpuDeviceId(environment));

        _mlContext.GpuDeviceId = 3;
        _mlContext.FallbackToCpu = true;

        Assert.Equal(3, MlNetInterop.GpuDeviceId(environment.Register("test")));
        Assert.True(MlNetInterop.FallbackToCpu(environment.Register("test")));
        _mlContext.FallbackToCpu = false;
        Assert.False(MlNetInterop.FallbackToCpu(environment.Register("test")));
    }

    [Theory]
    [InlineData(VectorKind.Scalar, false, "Single")]
    [InlineData(VectorKind.Vector, false, "Vector<Single>")]
    [InlineData(VectorKind.VariableVector, false, "VarVector<Single>")]
    public void ShapeColumn_is_worded_as_MlNet_words_it(VectorKind kind, bool isKey, string words)
    {
        var column = MlNetInterop.ShapeColumn("X", kind, NumberDataViewType.Single, isKey);

        Assert.Equal(("X", kind, isKey, words), (column.Name, column.Kind, column.IsKey, MlNetInterop.TypeWords(column)));
    }

    [Fact]
    public void Shape_describes_columns_and_annotations()
    {
        var rows = _mlContext.Data.LoadFromEnumerable(Animal.Make(6));
        var keyed = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(rows).Transform(rows);

        var label = MlNetInterop.Shape(keyed.Schema).Single(column => column.Name == "Label");

        Assert.Equal("Key<UInt32>", MlNetInterop.TypeWords(label));
        Assert.Contains(label.Annotations, annotation => annotation.Name == ColumnAnnotations.KeyValues);
    }

    [Fact]
    public void TrainerInfo_carries_what_it_was_given()
    {
        var info = MlNetInterop.TrainerInfo(normalization: true, caching: false, validation: true, incremental: true);

        Assert.Equal((true, false), (info.NeedNormalization, info.WantCaching));
    }

    private static IEnumerable<MethodInfo> AccessorMethods(Type type)
        => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
            .Where(method => method.GetCustomAttribute<UnsafeAccessorAttribute>() is not null);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ThereIsNoSuchMember")]
    private static extern void NoSuchMember(MLContext mlContext);
}
