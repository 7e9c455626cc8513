using System.Collections;
using System.Reflection;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using Microsoft.ML;

namespace BioLearn.ML.Tests.Catalogs;

/// <summary>
/// Every option of every component, found by reflection, set to what it cannot or can hardly be: it is refused before work starts, by an
/// exception that names the option, or the component learns. What would learn for hours is stopped, and hears it.
/// </summary>
public class OptionsFuzzTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.3);
    private const double MostWork = 10;

    /// <summary>One method an options type.</summary>
    public static TheoryData<string> Methods() =>
    [
        .. CatalogMethod.All.Where(m => m.Learns && m.ReadsVectors(new MLContext()) && OptionsOf(m) is not null)
            .GroupBy(m => OptionsOf(m)!.ParameterType).Select(m => m.First().Name),
    ];

    /// <summary>Every learning rule of networks.</summary>
    public static TheoryData<string> Rules() => [.. RuleTable.Rows.Where(r => r.Type.IsSubclassOf(typeof(LearningRule))).Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Options_are_refused_by_name_or_learn(string name)
    {
        CatalogMethod method = CatalogMethod.Named(name);
        Type type = CatalogMethod.Options(OptionsOf(method)!.ParameterType).GetType();
        List<string> unclear = [];
        foreach (PropertyInfo property in Settable(type))
        {
            foreach (object? value in Values(property.PropertyType))
                Try(method, options => property.SetValue(options, value), property.Name, value, unclear);
            if (property.GetValue(CatalogMethod.Options(type)) is not { } nested || !IsOptions(nested.GetType()))
                continue;
            foreach (PropertyInfo inner in Settable(nested.GetType()))
            {
                foreach (object? value in Values(inner.PropertyType))
                {
                    Try(method, options =>
                    {
                        object copy = Copy(property.GetValue(options)!);
                        inner.SetValue(copy, value);
                        property.SetValue(options, copy);
                    }, inner.Name, value, unclear);
                }
            }
        }
        Assert.True(unclear.Count == 0, string.Join('\n', unclear));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Hyper_parameters_of_a_rule_are_refused_by_name_or_learn(string name)
    {
        Type type = RuleTable.Find(name)!.Type;
        List<string> unclear = [];
        foreach (PropertyInfo property in Settable(type))
        {
            foreach (object? value in Values(property.PropertyType))
            {
                object rule = Activator.CreateInstance(type)!;
                property.SetValue(rule, value);
                var (mlContext, stop) = (new MLContext(seed: 1), new CancellationTokenSource(Patience));
                NetworkOptions options = new() { HiddenUnits = [4], NumberOfEpochs = 1, Seed = 1, CancellationToken = stop.Token };
                Judge(property.Name, value, unclear, () => mlContext.MulticlassClassification.Trainers.LearningRule((LearningRule)rule, options).Fit(CatalogRows.Of(mlContext, PredictionTask.Multiclass)));
            }
        }
        Assert.True(unclear.Count == 0, string.Join('\n', unclear));
    }

    /// <summary>One word for one meaning: a list of layers is HiddenUnits, a number of units NumberOfUnits; what was called otherwise forwards to that.</summary>
    [Fact]
    public void Numbers_of_units_have_one_name_and_former_names_forward()
    {
        Type[] types = [.. CatalogMethod.All.Select(OptionsOf).Where(p => p is not null).SelectMany(p => p!.ParameterType.IsAbstract
            ? p.ParameterType.Assembly.GetTypes().Where(t => t.IsSubclassOf(p.ParameterType) && !t.IsAbstract) : [p.ParameterType]).Distinct()];
        Assert.True(types.Length > 10);
        int former = 0;
        foreach (Type type in types)
        {
            foreach (PropertyInfo property in type.GetProperties().Where(p => p.SetMethod is { IsPublic: true }))
            {
                bool obsolete = property.IsDefined(typeof(ObsoleteAttribute));
                if (!obsolete && property.PropertyType == typeof(int) && (property.Name.EndsWith("Units", StringComparison.Ordinal) || property.Name == "Rank"))
                    Assert.Equal("NumberOfUnits", property.Name);
                if (!obsolete && typeof(IReadOnlyList<int>).IsAssignableFrom(property.PropertyType) && property.Name.Contains("Units", StringComparison.Ordinal))
                    Assert.Equal("HiddenUnits", property.Name);
                if (!obsolete || property.PropertyType != typeof(int))
                    continue;
                former++;
                object options = Activator.CreateInstance(type)!;
                property.SetValue(options, 7);
                Assert.Equal(7, type.GetProperty("NumberOfUnits")!.GetValue(options));
                Assert.Equal(7, property.GetValue(options));
            }
        }
        Assert.True(former >= 5, $"{former} former names");
    }

    private static void Try(CatalogMethod method, Action<object> set, string option, object? value, List<string> unclear)
    {
        MLContext mlContext = new(seed: 1);
        using CancellationTokenSource stop = new(Patience);
        Judge(option, value, unclear, () =>
        {
            object options = CatalogMethod.Options(OptionsOf(method)!.ParameterType);
            if (options.GetType().GetProperty("CancellationToken") is { } token)
                token.SetValue(options, stop.Token);
            set(options);
            method.Create(mlContext, options).Fit(CatalogRows.Of(mlContext, method.Task));
        });
    }

    private static void Judge(string option, object? value, List<string> unclear, Action learn)
    {
        double worked = ThreadWork.Seconds;
        long before = Environment.WorkingSet;
        Exception? error = Record.Exception(learn);
        // Refusals by the data (a column of that name is not there) name the value.
        bool clear = error is null or OperationCanceledException or DivergenceException
            || (error is InvalidOperationException && error.Message.Contains("diverged", StringComparison.Ordinal))
            || (option == "InputColumnName" && error.Message.Contains("input column", StringComparison.Ordinal)) // without one it is the output's
            || (error is ArgumentException or InvalidOperationException
                && (error.Message.Contains(option, StringComparison.OrdinalIgnoreCase) || (value is string { Length: > 0 } text && error.Message.Contains(text, StringComparison.Ordinal))));
        string what = $"{option} = {Text(value)}";
        if (!clear)
            unclear.Add($"{what}: {error!.GetType().Name}: {error.Message}");
        if (ThreadWork.Seconds - worked is > MostWork and var seconds)
            unclear.Add($"{what}: was at work for {seconds:0.0} s");
        if (Environment.WorkingSet - before > 2L << 30)
            unclear.Add($"{what}: took {(Environment.WorkingSet - before) >> 20} MB");
    }

    private static ParameterInfo? OptionsOf(CatalogMethod method) => method.Method.GetParameters().FirstOrDefault(p => p.ParameterType.Name.EndsWith("Options", StringComparison.Ordinal));

    private static bool IsOptions(Type type) => type.Namespace!.StartsWith("BioLearn", StringComparison.Ordinal)
        && (type.Name.EndsWith("Options", StringComparison.Ordinal) || type == typeof(OptimizerSettings));

    /// <summary>A record's copy.</summary>
    private static object Copy(object record) => record.GetType().GetMethod("<Clone>$")?.Invoke(record, null) ?? Activator.CreateInstance(record.GetType())!;

    private static IEnumerable<PropertyInfo> Settable(Type type) => type.GetProperties()
        .Where(p => p.SetMethod is { IsPublic: true } && p.GetIndexParameters().Length == 0 && !p.IsDefined(typeof(ObsoleteAttribute)) && p.Name is not ("CancellationToken" or "Progress" or "Diagnostics"));

    private static IEnumerable<object?> Values(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        if (!plain.IsValueType)
            yield return null;
        if (plain == typeof(int))
        {
            foreach (int value in (int[])[-1, 0, int.MinValue, int.MaxValue, 1 << 20])
                yield return value;
        }
        else if (plain == typeof(long))
        {
            foreach (long value in (long[])[-1, 0, long.MaxValue])
                yield return value;
        }
        else if (plain == typeof(double) || plain == typeof(float))
        {
            foreach (double value in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity, -1, 0, 1e30, 1e-30])
                yield return Convert.ChangeType(value, plain);
        }
        else if (plain.IsEnum)
        {
            yield return Enum.ToObject(plain, 99);
            yield return Enum.ToObject(plain, -1);
        }
        else if (plain == typeof(string))
        {
            yield return "";
            yield return "no such column";
        }
        else if (Item(plain) is { } item)
        {
            yield return Array.CreateInstance(item, 0);
            foreach (object? value in Values(item))
            {
                Array one = Array.CreateInstance(item, 1), two = Array.CreateInstance(item, 2);
                one.SetValue(value, 0);
                yield return one;
                two.SetValue(value, 0);
                two.SetValue(value, 1);
                yield return two;
            }
        }
    }

    private static Type? Item(Type type) => type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    private static string Text(object? value) => value is IEnumerable items and not string ? $"[{string.Join(", ", items.Cast<object?>().Select(i => i ?? "null"))}]" : $"{value ?? "null"}";
}
