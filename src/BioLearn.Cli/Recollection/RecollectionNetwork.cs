using System.Collections.Concurrent;
using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.ExceptionServices;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Measures;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;

namespace BioLearn.Cli.Recollection;

/// <summary>The network's share of the work: a batch of inputs in, all recollections and controls out. Several threads may call it at once.</summary>
internal sealed class RecollectionNetwork : IDisposable
{
    private readonly CnnModel _model;
    private readonly CnnModel? _untrained;
    private readonly ImagePreprocessing _preprocessing;
    private readonly Recollector[] _recollectors;
    private readonly string[] _names;
    private readonly RecollectionControls[] _controls;
    private readonly TraceRequest _request;
    private readonly TraceRequest? _untrainedRequest;
    private readonly ConcurrentBag<(ForwardTrace? Trace, ForwardTrace? Untrained)> _finished = [];

    /// <param name="model">The network.</param>
    /// <param name="preprocessing">How pictures become its input.</param>
    /// <param name="columns">What to recollect.</param>
    /// <param name="controls">Whether to run the controls.</param>
    /// <param name="seed">Seed of the untrained network.</param>
    /// <param name="planned">Told after each column that is planned, or null.</param>
    /// <param name="cancellation">Stops between the plans of columns.</param>
    public RecollectionNetwork(
        CnnModel model, ImagePreprocessing preprocessing, IReadOnlyList<RecollectionColumn> columns, bool controls, int seed, Action<int>? planned = null, CancellationToken cancellation = default)
    {
        _model = model;
        _preprocessing = preprocessing;
        var untrained = controls ? Task.Run(() => model.WithRandomWeights(seed)) : null;
        _recollectors = Planned(columns, (column, _) => new Recollector(model, column.Cue, column.Options), cancellation);
        _names = [.. columns.Select(column => column.Title)];
        _controls = [];
        if (untrained != null)
        {
            _untrained = untrained.GetAwaiter().GetResult();
            _controls = Planned(columns, (column, i) =>
            {
                planned?.Invoke(i);
                return new RecollectionControls(model, _untrained, column.Cue, column.Options);
            }, cancellation);
            _untrainedRequest = TraceRequest.Union(_controls.Select(control => control.UntrainedRequest));
        }
        _request = TraceRequest.Union([.. _recollectors.Select(recollector => recollector.Request), .. _controls.Select(control => control.Request)]);
    }

    /// <summary>Controls that the network cannot have, each with its reason.</summary>
    public IReadOnlyList<string> LeftOut => [.. _controls.SelectMany(control => control.LeftOut).Distinct()];

    /// <summary>Recollects every picture of a batch.</summary>
    /// <param name="crops">What the network is to see.</param>
    /// <param name="inputs">The same, normalised, one after the other.</param>
    /// <param name="threads">Threads inside this call.</param>
    /// <param name="cancellation">Stops between images.</param>
    public IReadOnlyList<NetworkResult> Run(IReadOnlyList<PixelImage> crops, ReadOnlyMemory<float> inputs, int threads, CancellationToken cancellation)
    {
        // The arrays of traces serve again: fresh ones for every batch would double the process's memory.
        _finished.TryTake(out var old);
        var trace = _model.Forward(inputs, crops.Count, _request, old.Trace, cancellation);
        var untrainedTrace = _untrained?.Forward(inputs, crops.Count, _untrainedRequest!, old.Untrained, cancellation);
        string?[] problems = [.. Enumerable.Range(0, crops.Count).Select(i => trace.FindNonFinite(i) is { } tensor
            ? $"the network's activation of {tensor} is infinite or not a number: its weights do not suit such a picture, or another --preprocessing is meant" : null)];
        var pictures = new PixelImage[_recollectors.Length][];
        var controls = new IReadOnlyList<ControlMeasures>?[_recollectors.Length];
        var controlClock = new Stopwatch();
        for (var column = 0; column < _recollectors.Length; column++)
        {
            var recollected = _recollectors[column].Recollect(trace, threads, cancellation: cancellation);
            for (var i = 0; i < problems.Length; i++)
            {
                if (!TensorPrimitives.IsFiniteAll(recollected[i].Values.Span))
                    problems[i] ??= $"the way back by {_names[column]} ends in values that are infinite or not a number";
            }
            pictures[column] = [.. recollected.Select(image => image.ToPicture(_preprocessing))];
            if (untrainedTrace == null)
                continue;
            controlClock.Start();
            controls[column] = _controls[column].Measure(trace, untrainedTrace, crops, pictures[column], _preprocessing, threads, cancellation);
            controlClock.Stop();
        }
        NetworkResult[] results = [.. Enumerable.Range(0, crops.Count).Select(i => new NetworkResult(
            problems[i], problems[i] is null ? _model.Classify(trace, i) : [], [.. pictures.Select(column => column[i])], [.. controls.Select(column => column?[i])], controlClock.Elapsed / crops.Count))];
        _finished.Add((trace, untrainedTrace));
        return results;
    }

    public void Dispose()
    {
        foreach (var control in _controls)
            control.Dispose();
        foreach (var recollector in _recollectors)
            recollector.Dispose();
        _untrained?.Dispose();
    }

    // Each column has a plan of its own; what they share is the network, which is only read.
    private static T[] Planned<T>(IReadOnlyList<RecollectionColumn> columns, Func<RecollectionColumn, int, T> plan, CancellationToken cancellation)
    {
        var plans = new T[columns.Count];
        var problems = new ExceptionDispatchInfo?[columns.Count];
        Parallel.For(0, plans.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            try
            {
                plans[i] = plan(columns[i], i);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                problems[i] = ExceptionDispatchInfo.Capture(problem);
            }
        });
        // The first column's problem, whichever came first.
        problems.FirstOrDefault(problem => problem != null)?.Throw();
        return plans;
    }
}

/// <summary>What the network gives for one picture; recollections and controls in the order of the columns.</summary>
/// <param name="Problem">What was not finite, and where; null if all was.</param>
/// <param name="Seen">Classes, the most likely first; none where the output is no list of classes.</param>
/// <param name="Recollections">A picture a column.</param>
/// <param name="Controls">Null without controls.</param>
/// <param name="ControlTime">What the controls took.</param>
internal sealed record NetworkResult(
    string? Problem, IReadOnlyList<(int Class, double Probability)> Seen, IReadOnlyList<PixelImage> Recollections, IReadOnlyList<ControlMeasures?> Controls, TimeSpan ControlTime);
