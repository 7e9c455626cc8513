using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace BioLearn.ML.Hosting;

/// <summary>
/// The only file of the project that touches non-public members of ML.NET. What an outside assembly needs to save a
/// model, to describe a column, or to learn the environment of a catalog is internal there; each such member is named
/// once here, and <c>MlNetInteropTests</c> calls them all, so that a new ML.NET version fails in a test and not at a user's.
/// </summary>
internal static class MlNetInterop
{
    private const string Core = "Microsoft.ML.Core";
    private const string CancelableType = "Microsoft.ML.Runtime.ICancelable, " + Core;
    private const string EnvironmentType = "Microsoft.ML.Runtime.IHostEnvironmentInternal, " + Core;
    private const string LoadContextType = "Microsoft.ML.ModelLoadContext, " + Core;
    private const string LoadableType = "Microsoft.ML.LoadableClassAttribute, " + Core;

    // ---- environments ----

    public static IHostEnvironment Environment(TrainCatalogBase.CatalogInstantiatorBase trainers) => EnvironmentOf(OwnerOf(trainers));

    public static IHostEnvironment Environment(TrainCatalogBase catalog) => EnvironmentOf(catalog);

    public static IHostEnvironment Environment(TransformsCatalog catalog) => EnvironmentOf(catalog);

    /// <summary>True after <c>MLContext.CancelExecution</c>, which AutoML calls when its time is up.</summary>
    public static bool IsCanceled(IHostEnvironment environment)
        => Cancelable.IsInstanceOfType(environment) && GetIsCanceled(environment);

    /// <summary><c>MLContext.GpuDeviceId</c> as a host sees it; null runs on the CPU.</summary>
    public static int? GpuDeviceId(IHostEnvironment environment)
        => InternalEnvironment.IsInstanceOfType(environment) ? GetGpuDeviceId(environment) : null;

    /// <summary><c>MLContext.FallbackToCpu</c> as a host sees it.</summary>
    public static bool FallbackToCpu(IHostEnvironment environment)
        => !InternalEnvironment.IsInstanceOfType(environment) || GetFallbackToCpu(environment);

    // ---- schemas ----

    public static SchemaShape Shape(DataViewSchema schema) => CreateShape(null, schema);

    public static SchemaShape.Column ShapeColumn(
        string name, SchemaShape.Column.VectorKind kind, DataViewType itemType, bool isKey = false, SchemaShape? annotations = null)
    {
        SchemaShape.Column column = default;
        InitializeColumn(ref column, name, kind, itemType, isKey, annotations);
        return column;
    }

    /// <summary>The type as ML.NET words it in its own schema errors, such as <c>Vector&lt;Single&gt;</c>.</summary>
    public static string TypeWords(SchemaShape.Column column) => GetTypeString(ref column);

    public static TrainerInfo TrainerInfo(bool normalization, bool caching, bool validation, bool incremental)
        => NewTrainerInfo(normalization, calibration: false, caching, validation, incremental, supportTest: false);

    // ---- model files ----

    public static BinaryWriter Writer(ModelSaveContext context) => WriterOf(context);

    public static void WriteStream(ModelSaveContext context, string name, Action<BinaryWriter> write) => SaveBinaryStream(context, name, write);

    public static BinaryReader Reader(object loadContext) => ReaderOf(loadContext);

    public static bool TryReadStream(object loadContext, string name, Action<BinaryReader> read) => TryLoadBinaryStream(loadContext, name, read);

    /// <summary>Writes ML.NET's own model header; a loader is found by <paramref name="loaderSignature"/> after <paramref name="loaderAssembly"/> is loaded by its full name.</summary>
    public static void WriteHeader(ModelSaveContext context, string modelSignature, uint version, string loaderSignature, Assembly loaderAssembly)
    {
        // VersionInfo is an internal struct, and UnsafeAccessorType cannot name value types.
        object versionInfo = Activator.CreateInstance(
            VersionInfoType, modelSignature, version, version, version, loaderAssembly.FullName, loaderSignature, null)!;
        SetVersionInfo.Invoke(context, [versionInfo]);
    }

    /// <summary>The attribute that tells a component catalog how to load <paramref name="instanceType"/>, made at run time because it is internal.</summary>
    public static Attribute LoadableClass(Type instanceType, Type loaderType, string loaderSignature)
        => (Attribute)NewLoadableClass(instanceType, loaderType, null, LoadModelSignature, loaderSignature, [loaderSignature]);

    /// <summary>The attribute type that a component catalog asks an assembly for.</summary>
    public static Type LoadableClassBase { get; } = CoreType("Microsoft.ML.LoadableClassAttributeBase");

    // ---- types that have no public name ----

    private static readonly Type Cancelable = CoreType("Microsoft.ML.Runtime.ICancelable");
    private static readonly Type InternalEnvironment = CoreType("Microsoft.ML.Runtime.IHostEnvironmentInternal");
    private static readonly Type VersionInfoType = CoreType("Microsoft.ML.VersionInfo");
    private static readonly Type LoadModelSignature = CoreType("Microsoft.ML.SignatureLoadModel");
    private static readonly MethodInfo SetVersionInfo =
        typeof(ModelSaveContext).GetMethod("SetVersionInfo", BindingFlags.Instance | BindingFlags.NonPublic, [VersionInfoType])
        ?? throw new MissingMethodException(nameof(ModelSaveContext), "SetVersionInfo");

    private static Type CoreType(string name) => typeof(ICanSaveModel).Assembly.GetType(name, throwOnError: true)!;

    // ---- accessors ----

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Owner")]
    private static extern TrainCatalogBase OwnerOf(TrainCatalogBase.CatalogInstantiatorBase trainers);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Environment")]
    private static extern IHostEnvironment EnvironmentOf(TrainCatalogBase catalog);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_env")]
    private static extern ref IHostEnvironment EnvironmentOf(TransformsCatalog catalog);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_IsCanceled")]
    private static extern bool GetIsCanceled([UnsafeAccessorType(CancelableType)] object environment);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_GpuDeviceId")]
    private static extern int? GetGpuDeviceId([UnsafeAccessorType(EnvironmentType)] object environment);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_FallbackToCpu")]
    private static extern bool GetFallbackToCpu([UnsafeAccessorType(EnvironmentType)] object environment);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "Create")]
    private static extern SchemaShape CreateShape(SchemaShape? type, DataViewSchema schema);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = ".ctor")]
    private static extern void InitializeColumn(
        ref SchemaShape.Column self, string name, SchemaShape.Column.VectorKind kind, DataViewType itemType, bool isKey, SchemaShape? annotations);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetTypeString")]
    private static extern string GetTypeString(ref SchemaShape.Column self);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern TrainerInfo NewTrainerInfo(
        bool normalization, bool calibration, bool caching, bool supportValid, bool supportIncrementalTrain, bool supportTest);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "Writer")]
    private static extern ref BinaryWriter WriterOf(ModelSaveContext context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SaveBinaryStream")]
    private static extern void SaveBinaryStream(ModelSaveContext context, string name, Action<BinaryWriter> action);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "Reader")]
    private static extern ref BinaryReader ReaderOf([UnsafeAccessorType(LoadContextType)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "TryLoadBinaryStream")]
    private static extern bool TryLoadBinaryStream([UnsafeAccessorType(LoadContextType)] object context, string name, Action<BinaryReader> action);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    [return: UnsafeAccessorType(LoadableType)]
    private static extern object NewLoadableClass(Type instanceType, Type loaderType, Type? argumentType, Type signature, string userName, string[] loadNames);
}
